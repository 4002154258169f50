"""Subscribes to one channel with aiosfstream-ng, and prints what happens, a JSON value a line.

Usage: MOCKORG_URL=... MOCKORG_ACCESS_TOKEN=... python3 subscriber.py <channel> <replay id>
"""

import asyncio
import json
import os
import sys

from aiosfstream_ng import Client, ReplayMarker
from aiosfstream_ng.auth import AuthenticatorBase

CHANNEL, REPLAY = sys.argv[1], int(sys.argv[2])


def say(value):
    print(json.dumps(value), flush=True)


class GivenToken(AuthenticatorBase):
    """Authenticates with a token that is there already."""

    async def _authenticate(self):
        return 200, {
            "access_token": os.environ["MOCKORG_ACCESS_TOKEN"],
            "instance_url": os.environ["MOCKORG_URL"],
            "token_type": "Bearer",
            "id": "",
            "issued_at": "0",
            "signature": "",
        }


async def main():
    replay = {CHANNEL: ReplayMarker(date="1970-01-01T00:00:00.000Z", replay_id=REPLAY)}
    try:
        async with Client(GivenToken(), replay=replay) as client:
            await client.subscribe(CHANNEL)
            say({"subscribed": True})
            async for message in client:
                event = message["data"]["event"]
                say({"replayId": event["replayId"], "uuid": event.get("EventUuid")})
    except Exception as error:  # whatever the library makes of a refusal
        say({"refused": repr(error)})


asyncio.run(main())
