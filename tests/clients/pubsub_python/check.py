"""Runs grpcio, as published, against the Pub/Sub API of a mock org, in plaintext on the port of the REST API.

Usage: MOCKORG_URL=http://127.0.0.1:1234 MOCKORG_ACCESS_TOKEN=00D… python check.py

The stubs are generated from the mock's protocol file; payloads are decoded by both Avro libraries. Another
process that is killed in the middle of a subscription plays the client that dies.
"""

import io
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

import avro.io
import avro.schema
import fastavro
import grpc
from grpc_tools import protoc

URL = os.environ["MOCKORG_URL"]
TOKEN = os.environ["MOCKORG_ACCESS_TOKEN"]
PROTO = Path(__file__).resolve().parents[3] / "harness/pubsub/proto"
VERSION = "64.0"
RENEWED = "/event/AssetRenewInitiatedEvent"
ASSETIZED = "/event/CreateAssetOrderEvent"

OUT = tempfile.mkdtemp()
if protoc.main(["", f"-I{PROTO}", f"--python_out={OUT}", f"--grpc_python_out={OUT}", "pubsub_api.proto"]) != 0:
    sys.exit("the stubs cannot be generated")
sys.path.insert(0, OUT)
import pubsub_api_pb2 as pb  # noqa: E402
import pubsub_api_pb2_grpc as stubs  # noqa: E402


def rest(method, path, body=None):
    """One request to the REST API."""
    request = urllib.request.Request(
        URL + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.loads(answer.read() or b"null")


def query(soql):
    return rest("GET", f"/services/data/v{VERSION}/query?q={quote(soql)}")["records"]


def finished(address):
    """Waits until an operation has ended."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        operation = rest("GET", address)
        if operation["Status"] in ("Completed", "Failure"):
            return operation
        time.sleep(0.05)
    raise AssertionError(f"{address} does not end")


def renew():
    """Renews an asset, and gives the request's identifier once the operation has ended."""
    asset = query(
        "SELECT Id FROM Asset WHERE Account.Name = 'Aurora Robotics' AND Product2.Name = 'Team License'"
    )[0]
    answer = rest(
        "POST",
        f"/services/data/v{VERSION}/asset-management/assets/collection/actions/initiate-renewal",
        {"assetIds": {"assetIdArray": [asset["Id"]]}},
    )
    assert answer["success"] is True, answer
    finished(answer["statusURL"])
    return answer["requestIdentifier"]


ORG_ID = query("SELECT Id FROM Organization")[0]["Id"]
METADATA = (("accesstoken", TOKEN), ("instanceurl", URL), ("tenantid", ORG_ID))
CHANNEL = grpc.insecure_channel(urlsplit(URL).netloc)
API = stubs.PubSubStub(CHANNEL)


class Subscription:
    """A subscription that asks for what it is told to ask for."""

    def __init__(self, topic, count=10, preset=pb.LATEST, replay_id=b"", metadata=METADATA):
        self.requests = queue.Queue()
        self.ask(topic, count, preset, replay_id)
        self.call = API.Subscribe(iter(self.requests.get, None), metadata=metadata, timeout=60)

    def ask(self, topic="", count=1, preset=pb.LATEST, replay_id=b""):
        self.requests.put(
            pb.FetchRequest(topic_name=topic, num_requested=count, replay_preset=preset, replay_id=replay_id)
        )

    def response(self):
        return next(self.call)

    def events(self, count):
        """The next events, whatever the batches."""
        found = []
        while len(found) < count:
            response = self.response()
            assert len(response.latest_replay_id) >= 8, response
            found.extend(response.events)
        return found

    def close(self):
        self.call.cancel()


def decode(event):
    """The fields of an event; both libraries must agree."""
    info = API.GetSchema(pb.SchemaRequest(schema_id=event.event.schema_id), metadata=METADATA)
    assert info.schema_id == event.event.schema_id
    by_avro = avro.io.DatumReader(avro.schema.parse(info.schema_json)).read(
        avro.io.BinaryDecoder(io.BytesIO(event.event.payload))
    )
    by_fastavro = fastavro.schemaless_reader(io.BytesIO(event.event.payload), json.loads(info.schema_json), None)
    assert by_avro == by_fastavro, (by_avro, by_fastavro)
    return by_avro


def refused(run, status, code):
    """Asserts that a call ends with this status and error code; gives the message."""
    try:
        run()
    except grpc.RpcError as error:
        assert error.code() == status, error
        trailers = dict(error.trailing_metadata())
        assert trailers["error-code"] == f"sfdc.platform.eventbus.grpc.{code}", trailers
        message, _, rpc_id = error.details().rpartition(" rpcId: ")
        assert len(rpc_id) == 36 and message, error.details()
        return message
    raise AssertionError(f"{code} expected")


STEPS = []
KNOWN = {}


def step(run):
    """Adds a step; its name is the title."""
    STEPS.append(run)
    return run


@step
def a_topic_names_its_schema():
    topic = API.GetTopic(pb.TopicRequest(topic_name=RENEWED), metadata=METADATA)
    assert topic.can_subscribe and not topic.can_publish, topic
    assert len(topic.schema_id) == 22 and len(topic.rpc_id) == 36, topic
    schema = json.loads(API.GetSchema(pb.SchemaRequest(schema_id=topic.schema_id), metadata=METADATA).schema_json)
    assert schema["name"] == "AssetRenewInitiatedEvent" and schema["namespace"] == "com.sforce.eventbus", schema


@step
def a_subscriber_to_the_latest_hears_first_that_there_is_nothing_and_then_the_renewal():
    subscription = Subscription(RENEWED, count=5)
    first = subscription.response()
    assert not first.events and len(first.latest_replay_id) == 10 and first.pending_num_requested == 5, first
    KNOWN["identifier"] = renew()
    response = subscription.response()
    [event] = response.events
    assert response.pending_num_requested == 4, response
    fields = decode(event)
    assert fields["RequestIdentifier"] == KNOWN["identifier"] and fields["HasErrors"] is False, fields
    assert fields["RenewalRecordId"].startswith("801"), fields
    assert "EventUuid" not in fields and len(event.event.id) == 36, event
    assert len(event.replay_id) == 10 and event.replay_id.endswith(b"\0\0"), event
    assert event.replay_id == response.latest_replay_id
    KNOWN["replay_id"] = event.replay_id
    subscription.close()


@step
def a_subscriber_to_the_earliest_receives_what_was_before():
    subscription = Subscription(RENEWED, preset=pb.EARLIEST)
    [event] = subscription.events(1)
    assert event.replay_id == KNOWN["replay_id"]
    subscription.close()


@step
def a_subscriber_goes_on_after_the_event_that_it_names():
    identifier = renew()
    for replay_id in (KNOWN["replay_id"], KNOWN["replay_id"][:8]):
        subscription = Subscription(RENEWED, preset=pb.CUSTOM, replay_id=replay_id)
        [event] = subscription.events(1)
        assert decode(event)["RequestIdentifier"] == identifier
        subscription.close()


@step
def assets_of_an_order_come_as_a_list():
    subscription = Subscription(ASSETIZED, preset=pb.LATEST)
    assert not subscription.response().events
    lines = query("SELECT Id, OrderId FROM OrderItem WHERE Order.Name = 'Cedar & Pine - Second Team'")
    [outcome] = rest(
        "POST",
        f"/services/data/v{VERSION}/actions/standard/createOrUpdateAssetFromOrder",
        {"inputs": [{"orderId": lines[0]["OrderId"]}]},
    )
    assert outcome["isSuccess"] is True, outcome
    [event] = subscription.events(1)
    fields = decode(event)
    assert fields["RequestIdentifier"] == outcome["outputValues"]["requestId"] and fields["IsLastEvent"] is True
    details = fields["AssetDetails"]
    assert {detail["OrderItemId"] for detail in details} == {line["Id"] for line in lines}, details
    assert all(detail["IsSuccess"] is True and detail["AssetId"].startswith("02i") for detail in details), details
    subscription.close()


@step
def later_requests_only_ask_for_more():
    subscription = Subscription(RENEWED, count=1, preset=pb.EARLIEST)
    first = subscription.response()
    assert len(first.events) == 1 and first.pending_num_requested == 0, first
    # The official sample repeats its first request.
    subscription.ask(RENEWED, 1, pb.EARLIEST)
    second = subscription.response()
    assert second.events[0].replay_id > first.events[0].replay_id
    subscription.close()


@step
def a_client_that_was_killed_goes_on_where_it_was():
    script = Path(__file__).with_name("doomed.py")
    environment = {**os.environ, "MOCKORG_STUBS": OUT, "MOCKORG_ORG_ID": ORG_ID}
    with subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE, text=True) as doomed:
        seen = bytes.fromhex(doomed.stdout.readline().strip())
        doomed.send_signal(signal.SIGKILL)
    missed = [renew(), renew()]
    subscription = Subscription(RENEWED, preset=pb.CUSTOM, replay_id=seen)
    assert [decode(event)["RequestIdentifier"] for event in subscription.events(2)] == missed
    subscription.close()


@step
def a_bad_token_is_refused_with_the_documented_words():
    bad = (("accesstoken", "00Dbad!token"), *METADATA[1:])
    message = refused(
        lambda: API.GetTopic(pb.TopicRequest(topic_name=RENEWED), metadata=bad),
        grpc.StatusCode.UNAUTHENTICATED,
        "service.auth.error",
    )
    assert message == (
        "An authentication exception occurred. Provide valid authentication via metadata headers."
    ), message
    refused(
        lambda: Subscription(RENEWED, metadata=bad).response(),
        grpc.StatusCode.UNAUTHENTICATED,
        "service.auth.error",
    )


@step
def what_cannot_be_subscribed_to_ends_with_its_code():
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    for arguments, status, code in [
        ({"topic": "/event/Nothing__e"}, grpc.StatusCode.NOT_FOUND, "topic.not.found"),
        ({"topic": "/event/CreateAssetOrderDtlEvent"}, grpc.StatusCode.NOT_FOUND, "topic.not.found"),
        ({"topic": RENEWED, "count": 0}, invalid, "subscription.fetch.requested.events.invalid"),
        ({"topic": RENEWED, "preset": pb.CUSTOM}, invalid, "subscription.fetch.replayid.validation.failed"),
        (
            {"topic": RENEWED, "preset": pb.CUSTOM, "replay_id": b"\0\0\0\1\0\0\0\0\0\0"},
            invalid,
            "subscription.fetch.replayid.corrupted",
        ),
    ]:
        refused(lambda arguments=arguments: Subscription(**arguments).response(), status, code)
    refused(
        lambda: API.GetSchema(pb.SchemaRequest(schema_id=""), metadata=METADATA), invalid, "schema.validation.failed"
    )


def main():
    print(f"# grpcio {grpc.__version__}")
    for run in STEPS:
        run()
        print(f"ok - {run.__name__.replace('_', ' ')}")
    CHANNEL.close()


if __name__ == "__main__":
    main()
