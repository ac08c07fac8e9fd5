"""Voting on pages: a form of its own on each poll, which works by itself."""

import msgspec

from bema.domain import polling
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Redirect, back
from bema.store.tx import WriteTx

routes = Routes(Surface.WEB)


class Choices(msgspec.Struct, frozen=True):
    """Which options were chosen, counted from 0."""

    choices: list[int] = []


@routes.post("/posts/{id}/vote", needs=Needs.SESSION)
def vote(call: Call, tx: WriteTx, ask: Choices) -> Redirect:
    """Vote in the poll of a post."""
    polling.vote(tx, call.actor, call.path_id(), ask.choices)
    return Redirect(back(call), flash="voted")
