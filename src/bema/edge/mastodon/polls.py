"""Polls: what a client asks for when it posts one, viewing, and voting."""

import msgspec

from bema.domain import polling
from bema.domain.receiving import asking
from bema.edge.call import Call
from bema.edge.mastodon.render import poll
from bema.edge.routes import Needs, Routes, Surface
from bema.model.errors import Invalid
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.statuses import Poll

routes = Routes(Surface.API)


class AskedPoll(msgspec.Struct, frozen=True):
    """A poll as clients send it with a post."""

    options: list[str] = []
    expires_in: int | None = None
    multiple: bool = False
    hide_totals: bool = False


def new_poll(ask: AskedPoll | None) -> polling.NewPoll | None:
    """Return what somebody wants to ask; one without anything is none."""
    if ask is None or (not ask.options and ask.expires_in is None):
        return None
    if ask.expires_in is None:
        raise Invalid("Validation failed: Expires at can't be blank")
    return polling.NewPoll(
        options=ask.options, seconds=ask.expires_in, multiple=ask.multiple, hide_totals=ask.hide_totals
    )


@routes.get("/api/v1/polls/{id}", scope="read:statuses", needs=Needs.NOBODY)
async def view(call: Call) -> Poll:
    """View a poll; how one of another server stands is asked there now and then, and told when one looks again."""
    answer, lacks = await call.read(_view, call)
    if lacks:
        await call.write(asking.ask_votes, call.path_id())
    return answer


def _view(tx: Tx, call: Call) -> tuple[Poll, bool]:
    found = polling.poll(tx, call.viewer, call.path_id())
    return poll(found), call.viewer is not None and asking.lacks_votes(tx, call.path_id(), found)


class Choices(msgspec.Struct, frozen=True):
    """Which options are voted for, counted from 0."""

    choices: list[int] = []


@routes.post("/api/v1/polls/{id}/votes", scope="write:statuses")
def vote(call: Call, tx: WriteTx, ask: Choices) -> Poll:
    """Vote in a poll."""
    polling.vote(tx, call.actor, call.path_id(), ask.choices)
    return poll(polling.poll(tx, call.actor, call.path_id()))
