"""`SFBulk2Handler` and `SFBulk2Type`: Bulk API 2.0."""

import csv
import io
import tempfile
from pathlib import Path

from methods.bulk import rows, stored
from methods.known import allow_hard_deletes, code, sf
from simple_salesforce import SalesforceMalformedRequest, SalesforceResourceNotFound
from simple_salesforce.bulk2 import ColumnDelimiter, LineEnding, Operation
from simple_salesforce.exceptions import SalesforceBulkV2ExtractError, SalesforceBulkV2LoadError, SalesforceOperationError
from support.steps import expect_error, step


def texts(word, count):
    """The same rows as texts, as CSV has them."""
    return [{name: str(value) for name, value in row.items()} for row in rows(word, count)]


def table(text):
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(text)))


@step
def bulk2_insert_creates_records_and_tells_of_each():
    (job,) = sf().bulk2.Shipment__c.insert(records=texts("c1", 5), wait=0)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"], job["numberRecordsTotal"]) == (5, 0, 5), job
    done = table(sf().bulk2.Shipment__c.get_successful_records(job["job_id"]))
    assert [row["sf__Created"] for row in done] == ["true"] * 5
    assert {row["sf__Id"] for row in done} == {row["Id"] for row in stored("c1").values()}
    assert done[0]["External_Id__c"] == "c1-0"


@step
def bulk2_insert_reads_files_in_every_format():
    for delimiter, character in (("PIPE", "|"), ("TAB", "\t"), ("SEMICOLON", ";"), ("CARET", "^"), ("BACKQUOTE", "`")):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            lines = [["External_Id__c", "Pieces__c"], [f"c2-{delimiter}", "3"]]
            path.write_bytes("".join(character.join(line) + "\r\n" for line in lines).encode())
            (job,) = sf().bulk2.Shipment__c.insert(
                csv_file=str(path), column_delimiter=ColumnDelimiter[delimiter], line_ending=LineEnding.CRLF, wait=0
            )
            assert job["numberRecordsFailed"] == 0, (delimiter, sf().bulk2.Shipment__c.get_failed_records(job["job_id"]))
    assert len(stored("c2")) == 5


@step
def bulk2_insert_splits_and_runs_side_by_side():
    jobs = sf().bulk2.Shipment__c.insert(records=texts("c3", 25), batch_size=10, concurrency=2, wait=0)
    assert [job["numberRecordsProcessed"] for job in jobs] == [10, 10, 5], jobs
    assert len(stored("c3")) == 25


@step
def bulk2_tells_apart_what_failed():
    (job,) = sf().bulk2.Shipment__c.insert(records=[*texts("c4", 2), {"External_Id__c": "c4-0", "Pieces__c": "x"}], wait=0)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 1), job
    (failed,) = table(sf().bulk2.Shipment__c.get_failed_records(job["job_id"]))
    assert failed["sf__Id"] == "" and failed["sf__Error"].split(":")[0].isupper(), failed
    assert table(sf().bulk2.Shipment__c.get_unprocessed_records(job["job_id"])) == []
    everything = sf().bulk2.Shipment__c.get_all_ingest_records(job["job_id"])
    assert [len(everything[name]) for name in ("successfulRecords", "failedRecords", "unprocessedRecords")] == [2, 1, 0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "done.csv"
        assert sf().bulk2.Shipment__c.get_successful_records(job["job_id"], file=str(path)) == ""
        assert len(table(path.read_text())) == 2


@step
def bulk2_results_of_an_unknown_job_are_not_found():
    for method in ("get_successful_records", "get_failed_records", "get_unprocessed_records", "get_all_ingest_records"):
        unknown = lambda name=method: getattr(sf().bulk2.Shipment__c, name)("750000000000000AAA")
        assert code(expect_error(SalesforceResourceNotFound, unknown)) == "NOT_FOUND", method


@step
def bulk2_upsert_creates_and_changes():
    sf().bulk2.Shipment__c.insert(records=texts("c5", 2), wait=0)
    (job,) = sf().bulk2.Shipment__c.upsert(records=texts("c5", 3), external_id_field="External_Id__c", wait=0)
    done = table(sf().bulk2.Shipment__c.get_successful_records(job["job_id"]))
    assert sorted(row["sf__Created"] for row in done) == ["false", "false", "true"], done
    wrong = lambda: sf().bulk2.Shipment__c.upsert(records=texts("c5", 1), external_id_field="Nope__c", wait=0)
    # The job is refused when it is created, or fails when it is run: both are reported.
    expect_error((SalesforceOperationError, SalesforceMalformedRequest), wrong)


@step
def bulk2_update_changes():
    sf().bulk2.Shipment__c.insert(records=texts("c6", 2), wait=0)
    changes = [{"Id": row["Id"], "Pieces__c": "77"} for row in stored("c6").values()]
    (job,) = sf().bulk2.Shipment__c.update(records=[*changes, {"Id": "a00000000000000AAA", "Pieces__c": "1"}], wait=0)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 1), job
    assert {row["Pieces__c"] for row in stored("c6").values()} == {77}


@step
def bulk2_delete_and_hard_delete_remove():
    sf().bulk2.Shipment__c.insert(records=texts("c7", 4), wait=0)
    ids = [{"Id": row["Id"]} for row in stored("c7").values()]
    (job,) = sf().bulk2.Shipment__c.delete(records=ids[:2], wait=0)
    assert job["numberRecordsFailed"] == 0
    allow_hard_deletes()
    (job,) = sf().bulk2.Shipment__c.hard_delete(records=ids[2:], wait=0)
    assert job["numberRecordsFailed"] == 0
    left = sf().query_all("SELECT Id FROM Shipment__c WHERE External_Id__c LIKE 'c7-%'", include_deleted=True)
    assert {row["Id"] for row in left["records"]} == {row["Id"] for row in ids[:2]}
    (job,) = sf().bulk2.Shipment__c.delete(records=ids[2:], wait=0)
    assert job["numberRecordsFailed"] == 2
    for method in ("delete", "hard_delete"):
        wide = lambda name=method: getattr(sf().bulk2.Shipment__c, name)(records=texts("c7", 1), wait=0)
        expect_error(SalesforceBulkV2LoadError, wide, has="only 'Id'")


@step
def bulk2_query_pages_by_locator():
    sf().bulk2.Shipment__c.insert(records=texts("c8", 7), wait=0)
    soql = "SELECT Id, External_Id__c FROM Shipment__c WHERE External_Id__c LIKE 'c8-%'"
    pages = list(sf().bulk2.Shipment__c.query(soql, max_records=3, wait=0))
    assert [len(table(page)) for page in pages] == [3, 3, 1], pages
    tabbed = next(sf().bulk2.Shipment__c.query(soql, column_delimiter=ColumnDelimiter.TAB, line_ending=LineEnding.CRLF, wait=0))
    assert tabbed.split("\r\n")[0].replace('"', "").split("\t") == ["Id", "External_Id__c"], tabbed
    sf().Shipment__c.delete(stored("c8")["c8-0"]["Id"])
    assert sum(len(table(page)) for page in sf().bulk2.Shipment__c.query(soql, wait=0)) == 6
    assert sum(len(table(page)) for page in sf().bulk2.Shipment__c.query_all(soql, max_records=4, wait=0)) == 7
    with tempfile.TemporaryDirectory() as folder:
        files = sf().bulk2.Shipment__c.download(soql, folder, max_records=4, wait=0)
        assert [entry["number_of_records"] for entry in files] == [4, 2], files
        assert len(table(Path(files[0]["file"]).read_text())) == 4


@step
def bulk2_query_tells_what_is_wrong_with_it():
    for method in ("query", "query_all"):
        wrong = lambda name=method: list(getattr(sf().bulk2.Shipment__c, name)("SELECT Nope FROM Shipment__c", wait=0))
        assert code(expect_error(SalesforceMalformedRequest, wrong)) in ("INVALID_FIELD", "API_ERROR"), method
        empty = lambda name=method: list(getattr(sf().bulk2.Shipment__c, name)("", wait=0))
        expect_error(SalesforceBulkV2ExtractError, empty, has="Query is required")
    expect_error(SalesforceBulkV2LoadError, lambda: sf().bulk2.Shipment__c.download("SELECT Id FROM Account", "/nowhere"))


@step
def bulk2_jobs_can_be_aborted_and_deleted():
    client = sf().bulk2.Shipment__c._client  # pylint: disable=protected-access
    job = client.create_job(Operation.insert)
    assert job["state"] == "Open" and job["contentUrl"].endswith("/batches"), job
    client.upload_job_data(job["id"], "External_Id__c\nc9-0\n")
    assert client.abort_job(job["id"], False)["state"] == "Aborted"
    assert stored("c9") == {}
    # The answer has no body, which the library tries to read nevertheless.
    expect_error(ValueError, lambda: client.delete_job(job["id"], False))
    assert code(expect_error(SalesforceResourceNotFound, lambda: client.get_job(job["id"], False))) == "NOT_FOUND"
    expect_error(SalesforceMalformedRequest, lambda: sf().bulk2.Nope__c.insert(records=texts("c9", 1), wait=0))
    expect_error(SalesforceBulkV2LoadError, lambda: sf().bulk2.Shipment__c.insert(wait=0), has="either file or records")
