"""`SFBulkHandler` and `SFBulkType`: Bulk API 1.0 in JSON."""

from methods.known import allow_hard_deletes, code, sf
from simple_salesforce import SalesforceGeneralError, SalesforceMalformedRequest
from support.steps import expect_error, step


def rows(word, count):
    """New shipments that are told apart by a word."""
    return [{"External_Id__c": f"{word}-{number}", "Pieces__c": number} for number in range(count)]


def stored(word):
    """Shipments of a word, by external id."""
    found = sf().query_all(f"SELECT Id, External_Id__c, Pieces__c FROM Shipment__c WHERE External_Id__c LIKE '{word}-%'")
    return {row["External_Id__c"]: row for row in found["records"]}


@step
def bulk_insert_creates_in_batches():
    results = sf().bulk.Shipment__c.insert(rows("b1", 25), batch_size=10)
    assert len(results) == 25 and all(row["success"] and row["created"] for row in results), results[:2]
    assert len(stored("b1")) == 25
    assert results[0]["id"] in {row["Id"] for row in stored("b1").values()}


@step
def bulk_insert_tells_of_each_row_what_failed():
    results = sf().bulk.Shipment__c.insert([{"Pieces__c": 1}, {"Pieces__c": "many"}], use_serial=True)
    assert [row["success"] for row in results] == [True, False], results
    assert results[1]["id"] is None and results[1]["errors"], results
    expect_error(ValueError, lambda: sf().bulk.Shipment__c.insert([]), has="should not be empty")
    expect_error(ValueError, lambda: sf().bulk.Shipment__c.insert(rows("x", 1), batch_size="most"), has="auto or an integer")


@step
def bulk_insert_can_size_batches_by_itself_and_skip_results():
    assert len(sf().bulk.Shipment__c.insert(rows("b2", 12), batch_size="auto")) == 12
    skipped = sf().bulk.Shipment__c.insert(rows("b3", 3), bypass_results=True)
    assert {"bypass_results": True} in skipped and any("job_id" in row for row in skipped), skipped


@step
def bulk_results_can_carry_what_was_sent():
    results = sf().bulk.Shipment__c.insert(rows("b4", 3), include_detailed_results=True)
    assert [row["External_Id__c"] for row in results] == ["b4-0", "b4-1", "b4-2"], results
    assert all(row["success"] for row in results)


@step
def bulk_update_changes():
    sf().bulk.Shipment__c.insert(rows("b5", 3))
    changes = [{"Id": row["Id"], "Pieces__c": 99} for row in stored("b5").values()]
    assert all(row["success"] and not row["created"] for row in sf().bulk.Shipment__c.update(changes))
    assert {row["Pieces__c"] for row in stored("b5").values()} == {99}
    failed = sf().bulk.Shipment__c.update([{"Id": "a00000000000000AAA", "Pieces__c": 1}])[0]
    assert failed["success"] is False and failed["errors"][0]["statusCode"], failed


@step
def bulk_upsert_creates_and_changes():
    sf().bulk.Shipment__c.insert(rows("b6", 2))
    results = sf().bulk.Shipment__c.upsert(rows("b6", 4), "External_Id__c", batch_size=10)
    assert [row["created"] for row in results] == [False, False, True, True], results
    assert code_of_job(lambda: sf().bulk.Shipment__c.upsert(rows("b6", 1), "Pieces__c")), "it must be refused"


@step
def bulk_delete_and_hard_delete_remove():
    sf().bulk.Shipment__c.insert(rows("b7", 4))
    ids = [{"Id": row["Id"]} for row in stored("b7").values()]
    assert all(row["success"] for row in sf().bulk.Shipment__c.delete(ids[:2]))
    allow_hard_deletes()
    assert sf().query("SELECT Id FROM Shipment__c WHERE IsDeleted = true", include_deleted=True)["totalSize"] >= 2
    assert all(row["success"] for row in sf().bulk.Shipment__c.hard_delete(ids[2:]))
    left = sf().query_all("SELECT Id FROM Shipment__c WHERE External_Id__c LIKE 'b7-%'", include_deleted=True)
    assert {row["Id"] for row in left["records"]} == {row["Id"] for row in ids[:2]}
    again = sf().bulk.Shipment__c.delete(ids[2:])
    assert not any(row["success"] for row in again), again


@step
def bulk_query_reads():
    sf().bulk.Shipment__c.insert(rows("b8", 5))
    soql = "SELECT Id, External_Id__c, Pieces__c FROM Shipment__c WHERE External_Id__c LIKE 'b8-%'"
    found = sf().bulk.Shipment__c.query(soql, wait=0)
    assert {row["External_Id__c"]: row["Pieces__c"] for row in found}["b8-3"] == 3, found[:2]
    pages = list(sf().bulk.Shipment__c.query(soql, lazy_operation=True, wait=0))
    assert sum(len(page) for page in pages) == 5
    sf().bulk.Shipment__c.delete([{"Id": row["Id"]} for row in found[:1]])
    assert len(sf().bulk.Shipment__c.query(soql, wait=0)) == 4
    assert len(sf().bulk.Shipment__c.query_all(soql, wait=0)) == 5
    assert sum(len(page) for page in sf().bulk.Shipment__c.query_all(soql, lazy_operation=True, wait=0)) == 5


@step
def bulk_query_tells_what_is_wrong_with_it():
    failed = expect_error(SalesforceGeneralError, lambda: sf().bulk.Shipment__c.query("SELECT Nope FROM Shipment__c", wait=0))
    assert failed.status == "Failed" and "Nope" in failed.content, failed


@step
def submit_dml_names_the_operation():
    results = sf().bulk.submit_dml("Shipment__c", "insert", rows("b9", 2))
    assert all(row["success"] for row in results)
    results = sf().bulk.submit_dml("Shipment__c", "upsert", rows("b9", 3), external_id_field="External_Id__c")
    assert [row["created"] for row in results] == [False, False, True]
    ids = [{"Id": row["Id"]} for row in stored("b9").values()]
    assert all(row["success"] for row in sf().bulk.Shipment__c.submit_dml("delete", ids))
    # Without the field the library sends the size of batches in its place.
    assert code_of_job(lambda: sf().bulk.submit_dml("Shipment__c", "upsert", rows("b9", 1))) == "InvalidJob"


@step
def a_job_of_an_unknown_object_is_refused():
    assert code_of_job(lambda: sf().bulk.Nope__c.insert([{"Name": "x"}])) == "InvalidJob"


def code_of_job(run):
    """The exceptionCode with which a job is refused."""
    failed = expect_error(SalesforceMalformedRequest, run)
    return failed.content["exceptionCode"] if isinstance(failed.content, dict) else code(failed)
