"""Runs simple-salesforce, as published, against a mock org and asserts what it answers.

Usage: MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… python check.py

simple-salesforce only ever writes https:// addresses, and logs in at login.salesforce.com. The mock speaks
plain HTTP. What a reverse proxy with a certificate would do, a transport adapter of requests does here: it
carries every https request to the mock. The client itself is unchanged. It takes such a session by design.
"""

import os
import sys
import time
from datetime import datetime, timedelta, timezone
from importlib.metadata import version as installed_version
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import (
    Salesforce,
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceLogin,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

URL = os.environ["MOCKORG_URL"]
TOKEN = os.environ["MOCKORG_ACCESS_TOKEN"]
USERNAME = "admin@mockorg.example"
PASSWORD = "mockorg"
VERSION = "64.0"

STEPS = []
KNOWN = {}


class ToTheMock(HTTPAdapter):
    """Carries https requests, whatever their host, to the mock."""

    def send(self, request, **kwargs):
        mock = urlsplit(URL)
        request.url = urlunsplit(urlsplit(request.url)._replace(scheme=mock.scheme, netloc=mock.netloc))
        return super().send(request, **kwargs)


def session():
    """A session that reaches the mock."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", ToTheMock())
    return made


def login():
    """The client after a SOAP login."""
    return Salesforce(username=USERNAME, password=PASSWORD, security_token="", version=VERSION, session=session())


def step(run):
    """Adds a step; its name is the title."""
    STEPS.append(run)
    return run


def expect_error(kind, code, run):
    """Asserts that `run` raises `kind` with this errorCode; gives the error's message."""
    try:
        run()
    except kind as error:
        assert error.content[0]["errorCode"] == code, error.content
        return error.content[0]["message"]
    raise AssertionError(f"{kind.__name__} expected")


@step
def soap_login_over_plain_http_gives_a_session():
    token, instance = SalesforceLogin(
        username=USERNAME, password=PASSWORD, security_token="ANYTOKEN", scratch_url=URL, sf_version=VERSION
    )
    assert instance == urlsplit(URL).netloc, instance
    sf = Salesforce(session_id=token, instance=instance, version=VERSION, session=session())
    assert sf.query("SELECT Id FROM Account LIMIT 1")["totalSize"] == 1


@step
def soap_login_gives_a_session():
    sf = login()
    assert sf.sf_instance == urlsplit(URL).netloc, sf.sf_instance
    assert sf.is_sandbox() is True
    KNOWN["sf"] = sf


@step
def soap_login_with_a_wrong_password_is_invalid_login():
    try:
        Salesforce(username=USERNAME, password="wrong", security_token="", version=VERSION, session=session())
    except SalesforceAuthenticationFailed as error:
        assert error.code == "INVALID_LOGIN", error.code
        assert "Invalid username, password, security token" in str(error), str(error)
        return
    raise AssertionError("the login must fail")


@step
def oauth_password_and_client_credentials_logins_give_sessions():
    app = {"consumer_key": "mockorg", "consumer_secret": "mockorg"}
    by_password = Salesforce(username=USERNAME, password=PASSWORD, version=VERSION, session=session(), **app)
    assert by_password.auth_type == "password"
    assert by_password.query("SELECT Id FROM Account LIMIT 1")["totalSize"] == 1
    by_client = Salesforce(domain="mockorg.my", version=VERSION, session=session(), **app)
    assert by_client.auth_type == "client-credentials"
    assert by_client.query("SELECT Id FROM Account LIMIT 1")["totalSize"] == 1


@step
def an_access_token_alone_is_enough():
    sf = Salesforce(session_id=TOKEN, instance_url=URL.replace("http:", "https:"), version=VERSION, session=session())
    assert sf.query("SELECT Username FROM User WHERE Username = 'admin@mockorg.example'")["totalSize"] == 1


@step
def an_ended_session_logs_in_again_by_itself():
    sf = login()
    before = sf.session_id
    sf.session.post(f"{URL}/services/oauth2/revoke", data={"token": before}).raise_for_status()
    assert sf.query("SELECT Id FROM Account LIMIT 1")["totalSize"] == 1
    assert sf.session_id != before
    direct = Salesforce(session_id=before, instance_url=URL, version=VERSION, session=session())
    expect_error(SalesforceExpiredSession, "INVALID_SESSION_ID", lambda: direct.query("SELECT Id FROM Account"))


@step
def create_answers_an_id_and_get_the_record():
    sf = KNOWN["sf"]
    saved = sf.Account.create({"Name": "Python & Söhne", "BillingCity": "Köln", "AnnualRevenue": 12.5})
    assert saved["success"] is True and saved["errors"] == [], saved
    KNOWN["account"] = saved["id"]
    account = sf.Account.get(saved["id"])
    assert account["attributes"]["type"] == "Account"
    assert account["Name"] == "Python & Söhne"
    assert account["BillingAddress"]["city"] == "Köln"
    assert account["AnnualRevenue"] == 12.5


@step
def update_changes_the_record():
    sf = KNOWN["sf"]
    assert sf.Account.update(KNOWN["account"], {"Name": "Renamed", "Phone": None}) == 204
    assert sf.Account.get(KNOWN["account"])["Name"] == "Renamed"


@step
def upsert_creates_then_changes_by_external_id():
    sf = KNOWN["sf"]
    assert sf.Shipment__c.upsert("External_Id__c/A-1", {"Pieces__c": 3}) == 201
    # Since version 46.0 an upsert that changes a record answers 200 with a body.
    assert sf.Shipment__c.upsert("External_Id__c/A-1", {"Pieces__c": 4}) == 200
    assert sf.Shipment__c.get_by_custom_id("External_Id__c", "A-1")["Pieces__c"] == 4


@step
def query_pages_are_fetched_to_the_end():
    sf = KNOWN["sf"]
    for number in range(449):
        sf.Shipment__c.create({"External_Id__c": f"P-{number}", "Pieces__c": number})
    options = {"headers": {"Sforce-Query-Options": "batchSize=200"}}
    soql = "SELECT Id, External_Id__c FROM Shipment__c ORDER BY External_Id__c"
    first = sf.query(soql, **options)
    assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
    second = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True, **options)
    assert len(second["records"]) == 200
    third = sf.query_more(second["nextRecordsUrl"].rsplit("/", 1)[1], **options)
    assert (third["done"], len(third["records"])) == (True, 50)
    ids = {record["Id"] for record in sf.query_all_iter(soql, **options)}
    assert len(ids) == 450
    assert sf.query_all(soql)["totalSize"] == 450


@step
def describe_names_fields_and_objects():
    sf = KNOWN["sf"]
    asset = sf.Asset.describe()
    assert asset["keyPrefix"] == "02i"
    unit = next(field for field in asset["fields"] if field["name"] == "RenewalTermUnit")
    assert (unit["type"], unit["updateable"]) == ("picklist", True)
    assert sf.Asset.metadata()["objectDescribe"]["name"] == "Asset"
    names = {sobject["name"] for sobject in sf.describe()["sobjects"]}
    assert {"Account", "Asset", "Order", "Shipment__c"} <= names


@step
def a_renewal_runs_to_its_end():
    sf = KNOWN["sf"]
    found = sf.query(
        "SELECT Id, LifecycleEndDate FROM Asset "
        "WHERE Account.Name = 'Aurora Robotics' AND Product2.Name = 'Team License'"
    )
    asset = found["records"][0]
    answer = sf.restful(
        "asset-management/assets/collection/actions/initiate-renewal",
        method="POST",
        json={"assetIds": {"assetIdArray": [asset["Id"]]}},
    )
    assert answer["success"] is True and answer["errors"] == [], answer
    operation = finished(sf, answer["statusURL"])
    assert operation["Status"] == "Completed", operation
    assert operation["JobType"] == "PearRenewAssets"
    actions = sf.query(
        f"SELECT Type, QuantityChange FROM AssetAction WHERE AssetId = '{asset['Id']}' AND CategoryEnum = 'Renewals'"
    )
    assert actions["totalSize"] == 1
    assert sf.Asset.get(asset["Id"])["LifecycleEndDate"] > asset["LifecycleEndDate"]


@step
def a_bundle_is_renewed_with_its_children():
    sf = KNOWN["sf"]
    root = sf.query("SELECT Id, AccountId FROM Asset WHERE Name = 'Workspace Bundle'")["records"][0]
    answer = sf.restful(
        "asset-management/assets/collection/actions/initiate-renewal",
        method="POST",
        json={"assetIds": {"assetIdArray": [root["Id"]]}},
    )
    operation = finished(sf, answer["statusURL"])
    assert operation["Status"] == "Completed", operation
    lines = sf.query(
        "SELECT Product2.Name, Quantity FROM OrderItem "
        f"WHERE Order.AccountId = '{root['AccountId']}' AND OrderAction.Type IN ('Renew', 'No Change') ORDER BY Id"
    )
    quantities = {line["Product2"]["Name"]: line["Quantity"] for line in lines["records"]}
    # The evergreen line stands for its asset; what was sold once is not sold again.
    assert quantities == {
        "Workspace Bundle": 1, "Team License": 5, "Usage Monitoring": 0, "Onboarding Workshop": 0
    }, quantities


@step
def a_renewal_of_something_that_is_no_asset_is_refused():
    sf = KNOWN["sf"]
    try:
        sf.restful(
            "asset-management/assets/collection/actions/initiate-renewal",
            method="POST",
            json={"assetIds": {"assetIdArray": [KNOWN["account"]]}},
        )
    except SalesforceMalformedRequest as error:
        assert error.content["success"] is False
        assert error.content["errors"] == [{"errorCode": "ILLEGAL_QUERY_PARAMETER_VALUE", "message": None}]
        return
    raise AssertionError("the request must be refused")


@step
def errors_carry_the_codes_of_the_platform():
    sf = KNOWN["sf"]
    bad = SalesforceMalformedRequest
    message = expect_error(bad, "INVALID_FIELD", lambda: sf.query("SELECT Nope FROM Account"))
    assert "No such column 'Nope' on entity 'Account'" in message, message
    expect_error(bad, "MALFORMED_QUERY", lambda: sf.query("SELECT Id FORM Account"))
    expect_error(bad, "REQUIRED_FIELD_MISSING", lambda: sf.Account.create({}))
    expect_error(SalesforceResourceNotFound, "NOT_FOUND", lambda: sf.Account.get("001000000000000AAA"))
    expect_error(SalesforceResourceNotFound, "NOT_FOUND", lambda: sf.Nope__c.get("001000000000000AAA"))


@step
def delete_and_what_was_deleted_and_updated():
    sf = KNOWN["sf"]
    kept = sf.Account.create({"Name": "Kept"})["id"]
    assert sf.Account.delete(KNOWN["account"]) == 204
    now = datetime.now(timezone.utc)
    window = (now - timedelta(minutes=10), now + timedelta(minutes=2))
    deleted = sf.Account.deleted(*window)
    assert [record["id"] for record in deleted["deletedRecords"]] == [KNOWN["account"]], deleted
    updated = sf.Account.updated(*window)
    assert kept in updated["ids"] and KNOWN["account"] not in updated["ids"], updated
    found = sf.query(f"SELECT IsDeleted FROM Account WHERE Id = '{KNOWN['account']}'", include_deleted=True)
    assert [record["IsDeleted"] for record in found["records"]] == [True]


@step
def limits_count_the_requests():
    sf = KNOWN["sf"]
    requests_limit = sf.limits()["DailyApiRequests"]
    assert requests_limit["Max"] > requests_limit["Remaining"]
    assert sf.api_usage["api-usage"].total == requests_limit["Max"]


def finished(sf, status_url):
    """Asks for the operation until it has ended."""
    # The address names a version of its own, so that it is followed as it is.
    for _ in range(200):
        answer = sf.session.get(f"https://{sf.sf_instance}{status_url}", headers=sf.headers)
        answer.raise_for_status()
        if answer.json()["Status"] in ("Completed", "CompletedWithFailures", "Failure"):
            return answer.json()
        time.sleep(0.05)
    raise AssertionError("the operation did not end within ten seconds")


def main():
    """Runs all steps; the first failure ends the program."""
    print(f"simple-salesforce {installed_version('simple-salesforce')} on Python {sys.version.split()[0]}", flush=True)
    for run in STEPS:
        title = run.__name__.replace("_", " ")
        try:
            run()
        except BaseException:
            print(f"not ok - {title}", flush=True)
            raise
        print(f"ok - {title}", flush=True)


if __name__ == "__main__":
    main()
