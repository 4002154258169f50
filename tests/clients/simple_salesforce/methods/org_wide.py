"""Methods of `Salesforce`, and what goes with queries."""

from datetime import date, datetime, timezone

from methods.known import LEFT, TOKEN, USERNAME, account, code, sf
from simple_salesforce import (
    Salesforce,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
    format_external_id,
    format_soql,
)
from support.steps import expect_error, step


@step
def describe_lists_the_objects():
    described = sf().describe()
    assert described["maxBatchSize"] == 200
    assert {"Account", "Contact", "Shipment__c"} <= {entry["name"] for entry in described["sobjects"]}
    expect_error(TypeError, lambda: sf().describe(nothing=1))


@step
def is_sandbox_asks_the_organization():
    assert sf().is_sandbox() is True


@step
def limits_are_listed():
    limits = sf().limits()
    for name in ("DailyApiRequests", "DailyBulkApiBatches", "DataStorageMB"):
        assert limits[name]["Max"] >= limits[name]["Remaining"] >= 0, name
    assert sf().api_usage["api-usage"].used >= 1
    both = Salesforce.parse_api_usage("api-usage=25/5000; per-app-api-usage=17/250(appName=tests)")
    assert both["per-app-api-usage"].name == "tests"


@step
def restful_calls_any_resource():
    versions = sf().restful("")
    assert versions["query"].endswith("/query")
    found = sf().restful("query/", params={"q": "SELECT Name FROM Account LIMIT 1"})
    assert found["totalSize"] == 1
    made = sf().restful("sobjects/Account/", method="POST", json={"Name": "By path"})
    assert sf().restful(f"sobjects/Account/{made['id']}", method="DELETE") is None
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().restful("nothing"))) == "NOT_FOUND"


@step
def query_counts_and_reads():
    assert sf().query("SELECT COUNT() FROM Account")["totalSize"] >= 3
    found = sf().query(format_soql("SELECT Id, Profile.Name FROM User WHERE Username = {}", USERNAME))
    assert found["records"][0]["Profile"]["Name"] == "System Administrator"
    LEFT["user"] = found["records"][0]["Id"]
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().query("SELECT Nope FROM Account"))) == "INVALID_FIELD"
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().query("SELECT"))) == "MALFORMED_QUERY"


@step
def deleted_records_are_found_only_when_asked_for():
    gone = account(Name="Soon gone")
    sf().Account.delete(gone)
    soql = format_soql("SELECT Id FROM Account WHERE Id = {}", gone)
    assert sf().query(soql)["totalSize"] == 0
    assert sf().query(soql, include_deleted=True)["totalSize"] == 1
    assert sf().query_all(soql, include_deleted=True)["totalSize"] == 1
    assert [row["Id"] for row in sf().query_all_iter(soql, include_deleted=True)] == [gone]


@step
def pages_are_fetched_one_by_one_or_together():
    rows = [{"attributes": {"type": "Shipment__c"}, "Pieces__c": number} for number in range(200)]
    for _ in range(3):
        saved = sf().restful("composite/sobjects", method="POST", json={"allOrNone": True, "records": rows})
        assert all(row["success"] for row in saved), saved[:2]
    soql, options = "SELECT Id FROM Shipment__c WHERE Pieces__c < 200", {"headers": {"Sforce-Query-Options": "batchSize=250"}}
    first = sf().query(soql, **options)
    assert (first["totalSize"], first["done"], len(first["records"])) == (600, False, 250)
    second = sf().query_more(first["nextRecordsUrl"], identifier_is_url=True, **options)
    third = sf().query_more(second["nextRecordsUrl"].rsplit("/", 1)[1], **options)
    assert third["done"] is True
    assert len({row["Id"] for row in sf().query_all_iter(soql, **options)}) == 600
    whole = sf().query_all(soql)
    assert (whole["totalSize"], whole["done"]) == (600, True)
    wrong = expect_error(SalesforceMalformedRequest, lambda: sf().query_more("01gXX0000000000AAA-2000"))
    assert code(wrong) in ("INVALID_QUERY_LOCATOR", "MALFORMED_QUERY"), wrong
    assert expect_error(SalesforceMalformedRequest, lambda: sf().query_all("SELECT Id FROM Nope"))
    assert expect_error(SalesforceMalformedRequest, lambda: list(sf().query_all_iter("SELECT Id FROM Nope")))


@step
def searches_find_words():
    found = sf().search("FIND {Robotics} IN NAME FIELDS RETURNING Account(Id, Name)")
    assert [row["Name"] for row in found["searchRecords"]] == ["Aurora Robotics"]
    quick = sf().quick_search("Robotics")
    assert any(row["attributes"]["type"] == "Account" for row in quick["searchRecords"])
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().search("FIND Robotics"))) == "MALFORMED_SEARCH"
    assert expect_error(SalesforceMalformedRequest, lambda: sf().quick_search("x"))


@step
def a_password_is_set():
    person = sf().query("SELECT Id FROM User WHERE Username = 'restricted@mockorg.example'")["records"][0]["Id"]
    assert sf().set_password(person, "N3w-password!") is None
    other = Salesforce(username="restricted@mockorg.example", password="N3w-password!", security_token="")
    assert other.query("SELECT COUNT() FROM Account")["done"] is True
    nobody = lambda: sf().set_password("005000000000000AAA", "N3w-password!")
    assert expect_error(SalesforceResourceNotFound, nobody).status == 404


@step
def the_tooling_api_answers():
    found = sf().toolingexecute("query/?q=SELECT+QualifiedApiName+FROM+EntityDefinition+WHERE+QualifiedApiName='Account'")
    assert found["records"][0]["QualifiedApiName"] == "Account"
    assert sf().toolingexecute("sobjects/")["sobjects"]
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().toolingexecute("query/?q=SELECT"))) == "MALFORMED_QUERY"


@step
def apex_rest_answers_what_was_declared():
    stub = {
        "name": "prices",
        "request": {"method": "POST", "path": "/services/apexrest/prices/{sku}"},
        "response": {"status": 200, "body": {"sku": "{!path.sku}", "amount": 12.5}},
    }
    sf().session.post(f"https://{sf().sf_instance}/__mockorg/stubs", json=stub).raise_for_status()
    assert sf().apexecute("prices/A-1", method="POST", data={"quantity": 2}) == {"sku": "A-1", "amount": 12.5}
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().apexecute("nothing"))) == "NOT_FOUND"


@step
def values_are_quoted_in_queries():
    name = "O'Brien \\ \"Sons\" 100%_"
    made = account(Name=name)
    found = sf().query(format_soql("SELECT Id FROM Account WHERE Name = {name} AND CreatedDate <= {now}",
                                   name=name, now=datetime.now(timezone.utc).replace(year=2200)))
    assert [row["Id"] for row in found["records"]] == [made]
    like = sf().query(format_soql("SELECT Id FROM Account WHERE Name LIKE '%{:like}'", "100%_"))
    assert [row["Id"] for row in like["records"]] == [made]
    several = sf().query(format_soql("SELECT Id FROM Account WHERE Id IN {} AND IsDeleted = {} {:literal}",
                                     [made], False, "LIMIT 1"))
    assert several["totalSize"] == 1
    assert format_soql("{} {} {}", date(2026, 1, 2), None, 1.5) == "2026-01-02 null 1.5"
    expect_error(ValueError, lambda: format_soql("{}", object()), has="unquotable")
    assert format_external_id("External_Id__c", "a/b") == "External_Id__c/a%2Fb"


@step
def numbers_and_pairs_are_read_as_wanted():
    from decimal import Decimal  # pylint: disable=import-outside-toplevel

    client = Salesforce(session_id=TOKEN, instance=sf().sf_instance, version="64.0", parse_float=Decimal, object_pairs_hook=dict)
    made = account(AnnualRevenue=12.25)
    found = client.query(format_soql("SELECT AnnualRevenue FROM Account WHERE Id = {}", made))
    assert found["records"][0]["AnnualRevenue"] == Decimal("12.25")
    assert isinstance(found["records"][0]["AnnualRevenue"], Decimal)
    assert type(found) is dict  # pylint: disable=unidiomatic-typecheck
