"""Methods of `SFType`: one object, one record at a time."""

import tempfile
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from pathlib import Path

from methods.known import LEFT, account, code, sf
from simple_salesforce import (
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
    format_external_id,
)
from support.steps import expect_error, step

MASTER = "012000000000000AAA"


@step
def create_answers_an_id():
    saved = sf().Account.create({"Name": "Python & Söhne", "BillingCity": "Köln", "AnnualRevenue": 12.5})
    assert saved["success"] is True and saved["errors"] == []
    LEFT["account"] = saved["id"]
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().Account.create({}))) == "REQUIRED_FIELD_MISSING"
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().Account.create({"Nope": 1}))) == "INVALID_FIELD"


@step
def get_reads_a_record():
    found = sf().Account.get(LEFT["account"])
    assert (found["Name"], found["BillingAddress"]["city"], found["AnnualRevenue"]) == ("Python & Söhne", "Köln", 12.5)
    some = sf().Account.get(LEFT["account"], params={"fields": "Name"})
    assert set(some) == {"attributes", "Name", "Id"}, set(some)
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().Account.get("001000000000000AAA"))) == "NOT_FOUND"
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().Nope__c.get(LEFT["account"]))) == "NOT_FOUND"


@step
def update_changes_a_record():
    assert sf().Account.update(LEFT["account"], {"Name": "Renamed"}) == 204
    answer = sf().Account.update(LEFT["account"], {"Phone": "555"}, raw_response=True)
    assert (answer.status_code, answer.content) == (204, b"")
    wrong = lambda: sf().Account.update(LEFT["account"], {"Name": None})
    assert code(expect_error(SalesforceMalformedRequest, wrong)) == "REQUIRED_FIELD_MISSING"
    gone = lambda: sf().Account.update("001000000000000AAA", {"Name": "x"})
    assert code(expect_error(SalesforceResourceNotFound, gone)) == "NOT_FOUND"


@step
def upsert_creates_and_changes():
    place = format_external_id("External_Id__c", "a/b c")
    assert sf().Shipment__c.upsert(place, {"Pieces__c": 1}) == 201
    assert sf().Shipment__c.upsert(place, {"Pieces__c": 2}) == 200
    answer = sf().Shipment__c.upsert(place, {"Pieces__c": 3}, raw_response=True)
    assert answer.json()["created"] is False
    wrong = lambda: sf().Shipment__c.upsert("Pieces__c/1", {"Pieces__c": 3})
    assert expect_error(SalesforceResourceNotFound, wrong)


@step
def get_by_custom_id_finds_by_external_id():
    sf().Shipment__c.upsert("External_Id__c/plain", {"Pieces__c": 7})
    assert sf().Shipment__c.get_by_custom_id("External_Id__c", "plain")["Pieces__c"] == 7
    missing = lambda: sf().Shipment__c.get_by_custom_id("External_Id__c", "nothing")
    assert code(expect_error(SalesforceResourceNotFound, missing)) == "NOT_FOUND"


@step
def an_external_id_that_several_records_have_is_ambiguous():
    for number in range(2):
        account(Name=f"Twin {number}", Site="twins")
    for number in range(2):
        sf().Parcel__c.create({"Tracking__c": "T-1"})
    twins = expect_error(SalesforceMoreThanOneRecord, lambda: sf().Parcel__c.get_by_custom_id("Tracking__c", "T-1"))
    assert len(twins.content) == 2 and "/sobjects/Parcel__c/" in twins.content[0], twins.content


@step
def metadata_and_describe_tell_about_the_object():
    basic = sf().Account.metadata()
    assert basic["objectDescribe"]["name"] == "Account" and isinstance(basic["recentItems"], list)
    full = sf().Account.describe()
    assert next(field for field in full["fields"] if field["name"] == "Name")["type"] == "string"
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().Nope__c.metadata())) == "NOT_FOUND"
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().Nope__c.describe())) == "NOT_FOUND"


@step
def describe_layout_tells_how_a_record_is_shown():
    layout = sf().Account.describe_layout(MASTER)
    assert layout["detailLayoutSections"] and layout["editLayoutSections"]
    assert expect_error(SalesforceResourceNotFound, lambda: sf().Account.describe_layout("012000000000009AAA"))


@step
def delete_removes_a_record():
    assert sf().Account.delete(account()) == 204
    gone = account()
    answer = sf().Account.delete(gone, raw_response=True)
    assert answer.status_code == 204
    LEFT["gone"] = gone
    assert code(expect_error(SalesforceResourceNotFound, lambda: sf().Account.delete(gone))) == "ENTITY_IS_DELETED"


@step
def deleted_and_updated_list_what_happened():
    kept = account(Name="Kept")
    now = datetime.now(timezone.utc)
    window = (now - timedelta(minutes=10), now + timedelta(minutes=2))
    assert LEFT["gone"] in [row["id"] for row in sf().Account.deleted(*window)["deletedRecords"]]
    assert kept in sf().Account.updated(*window)["ids"]
    backwards = (window[1], window[0])
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().Account.deleted(*backwards))) == "INVALID_REPLICATION_DATE"
    assert code(expect_error(SalesforceMalformedRequest, lambda: sf().Account.updated(*backwards))) == "INVALID_REPLICATION_DATE"


@step
def binary_fields_are_written_and_read():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.bin"
        path.write_bytes(bytes(range(256)))
        made = sf().Attachment.create({
            "Name": "note.bin", "ParentId": LEFT["account"], "Body": b64encode(b"before").decode()
        })["id"]
        assert sf().Attachment.get_base64(made) == b"before"
        assert sf().Attachment.update_base64(made, str(path)) == 204
        assert sf().Attachment.get_base64(made) == bytes(range(256))
        assert sf().Attachment.update_base64(made, str(path), raw_response=True).status_code == 204
        # It sends nothing but the body, so that an attachment lacks its name and its parent.
        lacking = expect_error(SalesforceMalformedRequest, lambda: sf().Attachment.upload_base64(str(path)))
        assert code(lacking) == "REQUIRED_FIELD_MISSING", lacking
        uploaded = sf().ContentVersion.create({
            "Title": "note", "PathOnClient": "note.bin", "VersionData": b64encode(path.read_bytes()).decode()
        })["id"]
        assert sf().ContentVersion.get_base64(uploaded, "VersionData") == bytes(range(256))
        missing = lambda: sf().Attachment.get_base64("00P000000000000AAA")
        assert code(expect_error(SalesforceResourceNotFound, missing)) == "NOT_FOUND"
