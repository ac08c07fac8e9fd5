"""Markers: where one stopped reading, kept for all of one's clients."""

from typing import Literal

import msgspec
from msgspec import UNSET

from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.errors import Invalid
from bema.model.ids import parse_id
from bema.store import markers
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.reading import Marker, Markers
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)

Timeline = Literal["home", "notifications"]


class Wanted(msgspec.Struct, frozen=True):
    """Which markers are asked for."""

    timeline: list[Timeline] = []


class Position(msgspec.Struct, frozen=True):
    """The last that was read of a timeline."""

    last_read_id: str | None = None


class Positions(msgspec.Struct, frozen=True):
    """What was read of which timeline."""

    home: Position | None = None
    notifications: Position | None = None


@routes.get("/api/v1/markers", scope="read:statuses")
def view(call: Call, tx: Tx, ask: Wanted) -> Markers:
    """View how far one has read."""
    return _markers(call, tx, list(ask.timeline))


@routes.post("/api/v1/markers", scope="write:statuses")
def move(call: Call, tx: WriteTx, ask: Positions) -> Markers:
    """Say how far one has read."""
    moved = {"home": ask.home, "notifications": ask.notifications}
    for timeline, position in moved.items():
        if position is None or position.last_read_id is None:
            continue
        last_read = parse_id(position.last_read_id)
        if last_read is None:
            raise Invalid("Validation failed: Last read is not a number")
        markers.set_(tx, call.actor, timeline, last_read)
    return _markers(call, tx, [timeline for timeline, position in moved.items() if position is not None])


def _markers(call: Call, tx: Tx, timelines: list[str]) -> Markers:
    found = markers.of(tx, call.actor, timelines) if timelines else {}
    return Markers(home=_marker(found.get("home")), notifications=_marker(found.get("notifications")))


def _marker(marker: markers.Marker | None) -> Marker | msgspec.UnsetType:
    if marker is None:
        return UNSET
    return Marker(last_read_id=str(marker.last_read), version=marker.version, updated_at=iso(marker.updated_at))
