"""Runs tap-salesforce, as published, against a mock org: discovery and sync, by REST and by Bulk.

The tap logs in at https://login.salesforce.com with a refresh token; tests/clients/run lets that name lead to the mock.
Usage: HTTPS_PROXY=… REQUESTS_CA_BUNDLE=… MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… python check.py
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from importlib.metadata import version
from pathlib import Path

from support.steps import run_steps, step

URL = os.environ["MOCKORG_URL"]
TAP = str(Path(sys.executable).parent / "tap-salesforce")
FOLDER = tempfile.TemporaryDirectory(prefix="tap-", dir=".")
WORK = Path(FOLDER.name).resolve()
CATALOGS = {}
STATES = {}
STREAMS = ("Account", "Contact", "Shipment__c", "Opportunity", "OrderItem")


def request(path, body=None, method="GET"):
    """A call of the org by its administrator."""
    headers = {"Authorization": f"Bearer {os.environ['MOCKORG_ACCESS_TOKEN']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(f"{URL}/services/data/v64.0{path}", data, headers, method=method)
    with urllib.request.urlopen(call, timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def count(soql):
    """How many records a query finds."""
    return request(f"/queryAll?q={soql.replace(' ', '+')}")["totalSize"]


def config(api, **more):
    """The tap's configuration, as a file."""
    path = WORK / f"config-{api}.json"
    path.write_text(json.dumps({
        "client_id": "mockorg",
        "client_secret": "mockorg",
        "refresh_token": "mockorg-refresh",
        "start_date": "2000-01-01T00:00:00Z",
        "api_type": api,
        "select_fields_by_default": True,
        **more,
    }))
    return str(path)


def tap(*arguments, code=0):
    """Runs the tap; gives both outputs."""
    ended = subprocess.run([TAP, *arguments], cwd=WORK, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == code, f"the tap ended with {ended.returncode}: {ended.stderr[-1500:]}"
    return ended.stdout, ended.stderr


def discover(api):
    """The catalog of the org."""
    if api not in CATALOGS:
        CATALOGS[api] = json.loads(tap("--config", config(api), "--discover")[0])
    return CATALOGS[api]


def selected(api, streams):
    """A catalog with these streams selected, as a file."""
    catalog = json.loads(json.dumps(discover(api)))
    for stream in catalog["streams"]:
        (root,) = [entry["metadata"] for entry in stream["metadata"] if entry["breadcrumb"] == []]
        if stream["stream"] not in streams:
            continue
        root["selected"] = True
        if "valid-replication-keys" in root:
            root["replication-method"], root["replication-key"] = "INCREMENTAL", root["valid-replication-keys"][0]
        else:
            root["replication-method"] = "FULL_TABLE"
    path = WORK / f"catalog-{api}.json"
    path.write_text(json.dumps(catalog))
    return str(path)


def sync(api, streams=STREAMS, state=None):
    """The messages of a sync, by their type."""
    arguments = ["--config", config(api), "--properties", selected(api, streams)]
    if state:
        (WORK / "state.json").write_text(json.dumps(state))
        arguments += ["--state", str(WORK / "state.json")]
    messages = {"SCHEMA": [], "RECORD": [], "STATE": [], "ACTIVATE_VERSION": []}
    for line in tap(*arguments)[0].splitlines():
        message = json.loads(line)
        messages[message["type"]].append(message)
    return messages


def discovery(api):
    """What a catalog must have."""
    streams = {stream["stream"]: stream for stream in discover(api)["streams"]}
    assert set(STREAMS) <= set(streams), sorted(streams)[:20]
    assert len(streams) > 50, len(streams)
    account = streams["Account"]
    properties = account["schema"]["properties"]
    assert properties["Id"]["type"] == "string" and "number" in str(properties["AnnualRevenue"]["type"])
    assert "date-time" in json.dumps(properties["SystemModstamp"])
    facts = {tuple(entry["breadcrumb"]): entry["metadata"] for entry in account["metadata"]}
    assert facts[()]["table-key-properties"] == ["Id"]
    assert facts[()]["valid-replication-keys"] == ["SystemModstamp"]
    assert facts[("properties", "Id")]["inclusion"] == "automatic"
    compound = facts[("properties", "BillingAddress")]["inclusion"]
    assert compound == ("unsupported" if api == "BULK" else "available"), compound


def full_sync(api):
    """A first sync reads everything, then remembers how far it came."""
    messages = sync(api)
    for stream in STREAMS:
        rows = [message["record"] for message in messages["RECORD"] if message["stream"] == stream]
        expected = count(f"SELECT Id FROM {stream}")
        assert len(rows) == expected, (stream, len(rows), expected)
        assert len({row["Id"] for row in rows}) == expected
    assert {message["stream"] for message in messages["SCHEMA"]} == set(STREAMS)
    names = {message["record"]["Name"] for message in messages["RECORD"] if message["stream"] == "Account"}
    assert {"Aurora Robotics", "Söhne, \"Töchter\"\nund mehr"} <= names, names
    state = messages["STATE"][-1]["value"]
    assert state["bookmarks"]["Account"]["SystemModstamp"], state
    STATES[api] = state


def later_sync(api):
    """A later sync reads only what changed since."""
    before = sync(api, state=STATES[api])
    changed = request("/sobjects/Account", {"Name": f"Changed after the first sync by {api}"}, "POST")["id"]
    after = sync(api, state=before["STATE"][-1]["value"])
    ids = {message["record"]["Id"] for message in after["RECORD"] if message["stream"] == "Account"}
    assert changed in ids and len(ids) < count("SELECT Id FROM Account"), ids


@step
def there_are_records_that_are_hard_to_carry():
    request("/sobjects/Account", {"Name": "Söhne, \"Töchter\"\nund mehr", "AnnualRevenue": 12.5}, "POST")
    gone = request("/sobjects/Account", {"Name": "Deleted"}, "POST")["id"]
    request(f"/sobjects/Account/{gone}", method="DELETE")
    for number in range(30):
        request("/sobjects/Shipment__c", {"External_Id__c": f"tap-{number}", "Pieces__c": number}, "POST")


@step
def discovery_by_rest():
    discovery("REST")


@step
def discovery_by_bulk():
    discovery("BULK")


@step
def sync_by_rest():
    full_sync("REST")


@step
def sync_by_bulk():
    full_sync("BULK")


@step
def sync_by_rest_goes_on_where_it_was():
    later_sync("REST")


@step
def sync_by_bulk_goes_on_where_it_was():
    later_sync("BULK")


@step
def every_discovered_object_is_synced_by_rest():
    streams = [stream["stream"] for stream in discover("REST")["streams"]]
    messages = sync("REST", streams)
    assert {message["stream"] for message in messages["SCHEMA"]} == set(streams)
    assert len(messages["RECORD"]) > 200, len(messages["RECORD"])


@step
def deleted_records_are_synced_with_their_mark():
    for api in ("REST", "BULK"):
        rows = [message["record"] for message in sync(api, ["Account"])["RECORD"]]
        assert any(row["Name"] == "Deleted" and row["IsDeleted"] is True for row in rows), api


@step
def a_wrong_refresh_token_is_refused():
    _, said = tap("--config", config("REST", refresh_token="wrong"), "--discover", code=1)
    assert "invalid_grant" in said, said[-500:]


@step
def a_used_up_quota_ends_the_sync():
    _, said = tap("--config", config("REST", quota_percent_per_run="0.0001"), "--discover", code=2)
    assert "REST quota" in said or "quota" in said, said[-500:]


if __name__ == "__main__":
    try:
        run_steps(f"tap-salesforce {version('tap-salesforce')} on Python {sys.version.split()[0]}")
    finally:
        FOLDER.cleanup()
