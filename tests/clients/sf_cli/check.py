"""Runs commands of the Salesforce CLI, as published, against a mock org and asserts what they answer.

Usage: SF_CLI=…/sf MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… python check.py
The CLI keeps what it knows of orgs below a home folder of its own, which is removed at the end; it sends no telemetry
and looks for no newer version. It takes a plain http address as it is.
"""

import csv
import io
import json
import os
import subprocess
import tempfile
from pathlib import Path

from support.steps import run_steps, step

SF = os.environ["SF_CLI"]
URL = os.environ["MOCKORG_URL"]
KNOWN = {}

HOME = tempfile.TemporaryDirectory(prefix="sf-", dir=".")
WORK = Path(HOME.name).resolve() / "work"
WORK.mkdir()
ENVIRONMENT = {
    **os.environ,
    "HOME": str(WORK.parent),
    "SF_ACCESS_TOKEN": os.environ["MOCKORG_ACCESS_TOKEN"],
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_DISABLE_LOG_FILE": "true",
    "SF_DISABLE_TELEMETRY": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
}


def run(*arguments):
    """Runs a command; gives its exit code and both outputs."""
    ended = subprocess.run(
        [SF, *arguments], cwd=WORK, env=ENVIRONMENT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr


def sf(*arguments):
    """The result of a command, which must succeed."""
    code, out, err = run(*arguments, "--json")
    assert code == 0, f"{' '.join(arguments)} ended with {code}: {out[:1500]} {err[:300]}"
    answer = json.loads(out)
    assert answer["status"] == 0, answer
    return answer["result"]


def fails(*arguments):
    """What a command says, which must fail."""
    code, out, _ = run(*arguments, "--json")
    assert code != 0, f"{' '.join(arguments)} must fail: {out[:300]}"
    answer = json.loads(out)
    return f"{answer.get('name')} {answer.get('message')} {answer.get('data')}"


def write(name, text):
    """A file in the working folder; gives its name."""
    (WORK / name).parent.mkdir(parents=True, exist_ok=True)
    (WORK / name).write_text(text)
    return name


def table(word, count, pieces=1):
    """A CSV of shipments that are told apart by a word."""
    return "External_Id__c,Pieces__c\n" + "".join(f"{word}-{number},{pieces}\n" for number in range(count))


def shipments(word):
    """Shipments of a word."""
    soql = f"SELECT Id, External_Id__c, Pieces__c FROM Shipment__c WHERE External_Id__c LIKE '{word}-%' ORDER BY External_Id__c"
    return sf("data", "query", "--query", soql)["records"]


@step
def an_access_token_logs_in():
    answer = sf("org", "login", "access-token", "--instance-url", URL, "--no-prompt", "--alias", "mock", "--set-default")
    assert answer["username"] == "admin@mockorg.example"
    assert answer["orgId"] == os.environ["MOCKORG_ORG_ID"]


@step
def the_org_is_displayed_and_listed():
    shown = sf("org", "display")
    assert (shown["connectedStatus"], shown["alias"]) == ("Connected", "mock"), shown
    orgs = sf("org", "list")
    assert any(org["alias"] == "mock" for kind in orgs.values() for org in kind), orgs
    assert fails("org", "display", "--target-org", "nobody")


@step
def the_user_is_displayed():
    shown = sf("org", "display", "user")
    assert shown["username"] == "admin@mockorg.example" and shown["profileName"] == "System Administrator", shown


@step
def limits_and_record_counts_are_listed():
    limits = sf("org", "list", "limits")
    assert any(limit["name"] == "DailyApiRequests" and limit["max"] > limit["remaining"] for limit in limits)
    counts = sf("org", "list", "sobject", "record-counts", "--sobject", "Account")
    assert counts[0]["name"] == "Account" and counts[0]["count"] >= 3, counts


@step
def a_record_is_created_read_updated_and_deleted():
    made = sf("data", "create", "record", "--sobject", "Account", "--values", "Name='By the CLI' BillingCity=Köln")
    assert made["success"] is True
    KNOWN["account"] = made["id"]
    read = sf("data", "get", "record", "--sobject", "Account", "--record-id", made["id"])
    assert (read["Name"], read["BillingCity"]) == ("By the CLI", "Köln")
    found = sf("data", "get", "record", "--sobject", "Account", "--where", "Name='By the CLI'")
    assert found["Id"] == made["id"]
    sf("data", "update", "record", "--sobject", "Account", "--record-id", made["id"], "--values", "Name='Changed by the CLI'")
    sf("data", "update", "record", "--sobject", "Account", "--where", "Name='Changed by the CLI'", "--values", "Site=There")
    assert sf("data", "get", "record", "--sobject", "Account", "--record-id", made["id"])["Site"] == "There"
    other = sf("data", "create", "record", "--sobject", "Account", "--values", "Name=Soon")["id"]
    assert sf("data", "delete", "record", "--sobject", "Account", "--record-id", other)["success"] is True
    sf("data", "create", "record", "--sobject", "Account", "--values", "Name=Later")
    sf("data", "delete", "record", "--sobject", "Account", "--where", "Name=Later")


@step
def records_that_cannot_be_are_refused():
    assert "REQUIRED_FIELD_MISSING" in fails("data", "create", "record", "--sobject", "Account", "--values", "Site=x")
    assert "NOT_FOUND" in fails("data", "get", "record", "--sobject", "Account", "--record-id", "001000000000000AAA")
    assert "INVALID_FIELD" in fails("data", "update", "record", "--sobject", "Account", "--record-id", KNOWN["account"], "--values", "Nope=1")
    said = fails("data", "delete", "record", "--sobject", "Account", "--record-id", "001000000000000AAA")
    assert "INVALID_CROSS_REFERENCE_KEY" in said or "NOT_FOUND" in said, said


@step
def queries_answer_as_json_csv_and_table():
    soql = "SELECT Id, Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'Aurora%'"
    found = sf("data", "query", "--query", soql)
    assert found["totalSize"] == 1 and found["records"][0]["Owner"]["Name"] == "Avery Admin"
    code, out, err = run("data", "query", "--query", "SELECT Name, Owner.Name FROM Account ORDER BY Name", "--result-format", "csv")
    assert code == 0, err
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0]["Name"] == "Aurora Robotics" and rows[0]["Owner.Name"] == "Avery Admin", rows[:1]
    code, out, err = run("data", "query", "--query", soql)
    assert code == 0 and "Aurora Robotics" in out and "Total number of records retrieved: 1" in out, out + err
    code, out, err = run("data", "query", "--query", "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry", "--result-format", "csv")
    assert code == 0 and out.splitlines()[0] == "Industry,COUNT(Id)" and "Media,1" in out, out + err
    assert "INVALID_FIELD" in fails("data", "query", "--query", "SELECT Nope FROM Account")
    assert "MALFORMED_QUERY" in fails("data", "query", "--query", "SELECT")


@step
def the_tooling_api_is_queried():
    soql = "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Shipment__c'"
    assert sf("data", "query", "--use-tooling-api", "--query", soql)["totalSize"] == 1


@step
def deleted_records_are_queried_with_all_rows():
    soql = "SELECT Id FROM Account WHERE Name = 'Soon'"
    assert sf("data", "query", "--query", soql)["totalSize"] == 0
    assert sf("data", "query", "--query", soql, "--all-rows")["totalSize"] == 1


@step
def a_search_finds_words():
    found = sf("data", "search", "--query", "FIND {Robotics} IN NAME FIELDS RETURNING Account(Id, Name)")
    assert [record["Name"] for record in found["searchRecords"]] == ["Aurora Robotics"], found
    assert "MALFORMED_SEARCH" in fails("data", "search", "--query", "FIND Robotics")


@step
def trees_are_exported_and_imported():
    soql = "SELECT Name, Site, (SELECT LastName, FirstName FROM Contacts) FROM Account WHERE Name LIKE 'Blue Harbor%'"
    sf("data", "export", "tree", "--query", soql, "--output-dir", "out")
    (exported,) = (WORK / "out").glob("*.json")
    text = exported.read_text()
    assert "Becker" in text and "referenceId" in text, text[:300]
    write("tree.json", text.replace("Blue Harbor", "Copied Harbor"))
    made = sf("data", "import", "tree", "--files", "tree.json")
    assert {entry["type"] for entry in made} == {"Account", "Contact"}, made
    copied = sf("data", "query", "--query", "SELECT LastName FROM Contact WHERE Account.Name LIKE 'Copied Harbor%'")
    assert copied["totalSize"] == 2, copied


@step
def trees_are_exported_and_imported_by_a_plan():
    soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name LIKE 'Copied Harbor%'"
    sf("data", "export", "tree", "--query", soql, "--plan", "--output-dir", "plan")
    (plan,) = (WORK / "plan").glob("*plan.json")
    sf("data", "import", "tree", "--plan", f"plan/{plan.name}")
    again = sf("data", "query", "--query", "SELECT Id FROM Contact WHERE Account.Name LIKE 'Copied Harbor%'")
    assert again["totalSize"] == 4, again


@step
def a_tree_with_a_wrong_record_is_refused_as_a_whole():
    records = [{"attributes": {"type": "Account", "referenceId": f"r{number}"}, "Site": "tree"} for number in range(2)]
    records[0]["Name"] = "Half a tree"
    write("broken.json", json.dumps({"records": records}))
    said = fails("data", "import", "tree", "--files", "broken.json")
    assert "REQUIRED_FIELD_MISSING" in said or "Required fields are missing" in said, said
    assert sf("data", "query", "--query", "SELECT Id FROM Account WHERE Name = 'Half a tree'")["totalSize"] == 0


@step
def bulk_import_update_upsert_and_delete():
    job = sf("data", "import", "bulk", "--sobject", "Shipment__c", "--file", write("new.csv", table("sf", 3)), "--wait", "2")
    assert job["processedRecords"] == 3 and job["failedRecords"] == 0, job
    KNOWN["job"] = job["jobId"]
    upserted = sf("data", "upsert", "bulk", "--sobject", "Shipment__c", "--external-id", "External_Id__c",
                  "--file", write("upsert.csv", table("sf", 4, 7)), "--wait", "2")
    info = upserted.get("jobInfo", upserted)
    assert info["numberRecordsProcessed"] == 4 and info["numberRecordsFailed"] == 0, info
    rows = shipments("sf")
    assert [row["Pieces__c"] for row in rows] == [7] * 4, rows
    changes = "Id,Pieces__c\n" + "".join(f"{row['Id']},8\n" for row in rows)
    job = sf("data", "update", "bulk", "--sobject", "Shipment__c", "--file", write("update.csv", changes), "--wait", "2")
    assert job["processedRecords"] == 4, job
    sf("data", "create", "record", "--sobject", "PermissionSet", "--values", "Name=HardDelete Label=HardDelete PermissionsBulkApiHardDelete=true")
    assigned = sf("org", "assign", "permset", "--name", "HardDelete")
    assert not assigned["failures"], assigned
    ids = lambda some: "Id\n" + "".join(f"{row['Id']}\n" for row in some)
    sf("data", "delete", "bulk", "--sobject", "Shipment__c", "--file", write("delete.csv", ids(rows[:2])), "--wait", "2")
    sf("data", "delete", "bulk", "--hard-delete", "--sobject", "Shipment__c", "--file", write("hard.csv", ids(rows[2:])), "--wait", "2")
    assert shipments("sf") == []


@step
def results_of_a_bulk_job_are_fetched():
    results = sf("data", "bulk", "results", "--job-id", KNOWN["job"])
    assert results["processedRecords"] == 3 and results["successfulRecords"] == 3, results
    text = (WORK / results["successFilePath"]).read_text()
    assert text.splitlines()[0].replace('"', "").startswith("sf__Id,sf__Created"), text


@step
def a_bulk_job_that_fails_in_part_tells_so():
    said = fails("data", "import", "bulk", "--sobject", "Shipment__c", "--wait", "2",
                 "--file", write("bad.csv", "External_Id__c,Pieces__c\nsfbad-0,1\nsfbad-1,many\n"))
    assert "Failed" in said or "failed" in said, said
    assert len(shipments("sfbad")) == 1
    assert fails("data", "import", "bulk", "--sobject", "Nope__c", "--file", write("nope.csv", "Name\nx\n"), "--wait", "2")


@step
def a_bulk_job_is_resumed():
    job = sf("data", "import", "bulk", "--sobject", "Shipment__c", "--file", write("async.csv", table("sfasync", 2)))
    resumed = sf("data", "import", "resume", "--job-id", job["jobId"], "--wait", "2")
    assert resumed["processedRecords"] == 2, resumed


@step
def a_bulk_export_writes_a_file():
    sf("data", "export", "bulk", "--query", "SELECT Id, Name FROM Account", "--output-file", "accounts.csv",
       "--result-format", "csv", "--wait", "2")
    rows = list(csv.DictReader(io.StringIO((WORK / "accounts.csv").read_text())))
    assert any(row["Name"] == "Aurora Robotics" for row in rows), rows[:2]
    sf("data", "export", "bulk", "--query", "SELECT Id, Name FROM Account", "--output-file", "accounts.json",
       "--result-format", "json", "--wait", "2")
    assert len(json.loads((WORK / "accounts.json").read_text())) == len(rows)
    assert "Nope" in fails("data", "export", "bulk", "--query", "SELECT Nope FROM Account", "--output-file", "x.csv", "--wait", "2")


@step
def a_file_is_uploaded():
    made = sf("data", "create", "file", "--file", write("note.txt", "hello"), "--title", "Note")
    assert made["Id"].startswith("068") and made["ContentDocumentId"].startswith("069"), made
    linked = sf("data", "create", "file", "--file", "note.txt", "--parent-id", KNOWN["account"])
    assert linked["Id"].startswith("068"), linked


@step
def objects_are_listed_and_described():
    names = sf("sobject", "list", "--sobject", "all")
    assert {"Account", "Shipment__c"} <= set(names), names[:5]
    assert "Shipment__c" in sf("sobject", "list", "--sobject", "custom")
    described = sf("sobject", "describe", "--sobject", "Shipment__c")
    assert described["keyPrefix"] == "a00"
    assert sf("sobject", "describe", "--sobject", "EntityDefinition", "--use-tooling-api")["name"] == "EntityDefinition"
    assert "NOT_FOUND" in fails("sobject", "describe", "--sobject", "Nope__c")


@step
def any_resource_is_requested():
    code, out, err = run("api", "request", "rest", "services/data/v64.0/limits")
    assert code == 0 and "DailyApiRequests" in out, out[:300] + err
    body = write("body.json", json.dumps({"Name": "By request"}))
    code, out, err = run("api", "request", "rest", "/services/data/v64.0/sobjects/Account", "--method", "POST", "--body", f"@{body}")
    assert code == 0 and json.loads(out)["success"] is True, out + err
    code, out, err = run("api", "request", "rest", "/services/data/v64.0/limits", "--include")
    assert code == 0 and "HTTP/1.1 200" in out, out[:200] + err
    code, out, err = run("api", "request", "rest", "/services/data/v64.0/sobjects/Nope__c")
    assert code != 0 or "NOT_FOUND" in out, out + err


@step
def metadata_types_and_components_are_listed():
    types = sf("org", "list", "metadata-types")
    assert any(entry["xmlName"] == "CustomObject" for entry in types["metadataObjects"])
    listed = sf("org", "list", "metadata", "--metadata-type", "CustomObject")
    assert any(entry["fullName"] == "Shipment__c" for entry in listed), listed[:2]


@step
def a_project_is_deployed_and_retrieved():
    write("sfdx-project.json", json.dumps({
        "packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "64.0", "namespace": ""
    }))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
    folder = "force-app/main/default/objects/Bottle__c"
    write(f"{folder}/Bottle__c.object-meta.xml", f"""{head}<CustomObject {space}>
    <deploymentStatus>Deployed</deploymentStatus><label>Bottle</label><pluralLabel>Bottles</pluralLabel>
    <nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>
</CustomObject>""")
    write(f"{folder}/fields/Litres__c.field-meta.xml", f"""{head}<CustomField {space}>
    <fullName>Litres__c</fullName><label>Litres</label><precision>6</precision><scale>2</scale><type>Number</type>
</CustomField>""")
    deployed = sf("project", "deploy", "start", "--source-dir", "force-app", "--wait", "2")
    assert deployed["success"] is True and deployed["status"] == "Succeeded", deployed
    described = sf("sobject", "describe", "--sobject", "Bottle__c")
    assert any(field["name"] == "Litres__c" for field in described["fields"])
    sf("project", "retrieve", "start", "--metadata", "CustomObject:Bottle__c", "--wait", "2")
    write(f"{folder}/fields/Litres__c.field-meta.xml", f"{head}<CustomField {space}><fullName>Litres__c</fullName></CustomField>")
    assert "Litres__c" in fails("project", "deploy", "start", "--source-dir", "force-app", "--wait", "2")


@step
def anonymous_apex_is_refused_by_name():
    said = fails("apex", "run", "--file", write("some.apex", "System.debug(1);"))
    assert "mockorg does not model" in said or "MOCKORG_NOT_MODELLED" in said, said


@step
def the_org_is_logged_out():
    sf("org", "logout", "--target-org", "mock", "--no-prompt")
    assert fails("org", "display")


if __name__ == "__main__":
    version = json.loads(run("version", "--json")[1])["cliVersion"]
    try:
        run_steps(f"{version} on {subprocess.run(['node', '--version'], capture_output=True, text=True, check=True).stdout.strip()}")
    finally:
        HOME.cleanup()
