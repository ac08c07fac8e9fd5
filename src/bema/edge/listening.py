"""Listening: an answer that goes on for as long as somebody hears a stream of events; apps and pages alike."""

import asyncio

from bema.edge.answers import Endless
from bema.edge.call import Call
from bema.edge.streaming.eventsource import FIRST, EventSource
from bema.edge.streaming.hub import Listener, Stream


async def listen(call: Call, listener: Listener, stream: Stream, *others: Stream, brief: bool = False) -> Endless:
    """Let somebody hear streams, unless too many are open; `brief` says that something is new, and not what."""
    follower = call.parts.streams
    follower.hub.join(listener)

    def attach(transport: asyncio.Transport) -> None:
        listener.wire = EventSource(transport, brief=brief)
        for each in (stream, *others):
            follower.hub.subscribe(listener, each)

    def leave() -> None:
        follower.hub.leave(listener)

    try:
        await follower.attend()
    except BaseException:
        leave()
        raise
    return Endless(
        FIRST,
        content_type=b"text/event-stream",
        headers=((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")),
        attach=attach,
        leave=leave,
    )
