"""A subscriber that prints the replay id of the newest renewal and then waits to be killed."""

import os
import sys
import threading
from urllib.parse import urlsplit

import grpc

sys.path.insert(0, os.environ["MOCKORG_STUBS"])
import pubsub_api_pb2 as pb  # noqa: E402
import pubsub_api_pb2_grpc as stubs  # noqa: E402


def requests():
    """One request; then the stream stays open."""
    yield pb.FetchRequest(
        topic_name="/event/AssetRenewInitiatedEvent", replay_preset=pb.EARLIEST, num_requested=2
    )
    threading.Event().wait()


url = os.environ["MOCKORG_URL"]
metadata = (
    ("accesstoken", os.environ["MOCKORG_ACCESS_TOKEN"]),
    ("instanceurl", url),
    ("tenantid", os.environ["MOCKORG_ORG_ID"]),
)
api = stubs.PubSubStub(grpc.insecure_channel(urlsplit(url).netloc))
left = 2
for response in api.Subscribe(requests(), metadata=metadata):
    left -= len(response.events)
    if left == 0:
        print(response.latest_replay_id.hex(), flush=True)
