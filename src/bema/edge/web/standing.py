"""Your standing: what was decided about oneself, why, until when, with a receipt; also for who is shut out by a decision."""

import msgspec

from bema.domain import appealing, consulting, recording, restoring, standing
from bema.domain.letters import DECIDED
from bema.domain.standing import Ruling
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import verdicts
from bema.edge.web.pages import Document, Page, Redirect, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.edge.web.verdicts import Verdict
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.views import Page as Shown
from bema.store import appeals
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import Proof
from bema.wire.tongues import Tongue, words

routes = Routes(Surface.WEB)


class Heard(msgspec.Struct, frozen=True):
    """A decision as its page wants it."""

    ruling: Ruling
    said: str  # in a sentence to the person
    verdict: Verdict  # what everybody can read of it


@routes.get("/settings/standing", needs=Needs.SESSION, confined=True)
def overview(call: Call, tx: Tx, ask: Part) -> Page:
    """See all that was decided about oneself."""
    found = standing.rulings(tx, call.actor, ask.range())
    ids = [each.decision.id for each in found]
    newer, older = beside(call, ask, Shown(found, ids[0], ids[-1]) if found else Shown([]))
    return page(
        call,
        tx,
        "settings/standing.html",
        part="standing",
        heard=[told_to(each, tongue_of(call)) for each in found],
        newer=newer,
        older=older,
    )


@routes.get("/settings/standing/{id}", needs=Needs.SESSION, confined=True)
def one(call: Call, tx: Tx) -> Page:
    """See one decision about oneself, with the reasons and the receipt."""
    found = standing.ruling(tx, call.actor, call.path_id())
    return page(
        call,
        tx,
        "settings/ruling.html",
        part="standing",
        heard=told_to(found, tongue_of(call)),
        turns=[] if found.appeal is None else appeals.turns(tx, found.appeal.id),
        most=limits.APPEAL_CHARACTERS,
        report=restoring.report(tx, call.actor, found.decision.id),
        parts=_named(tongue_of(call)),
        vkey=recording.current_key(tx),
    )


@routes.get("/settings/standing/{id}/receipt.tlog-proof", needs=Needs.SESSION, confined=True)
def receipt(call: Call, tx: Tx) -> Document:
    """Keep what proves a decision about oneself to anybody, without this square."""
    id_ = call.path_id()
    content = Proof(*standing.receipt(tx, call.actor, id_)).write().encode()
    return Document(content, b"text/plain; charset=utf-8", f"decision-{id_}.tlog-proof")


_PARTS = {
    "posts": words("Posts and boosts"),
    "files": words("Posts with files"),
    "followers": words("Followers"),
    "following": words("Following"),
    "favourites": words("Favourites"),
    "bookmarks": words("Bookmarks"),
    "home": words("Posts at home"),
}


def _named(speech: Tongue) -> dict[str, str]:
    return {part: speech.gettext(name) for part, name in _PARTS.items()}


class Words(msgspec.Struct, frozen=True):
    """What somebody says."""

    text: str = ""


@routes.post("/settings/standing/{id}/appeal", needs=Needs.SESSION, confined=True, rate="appeal")
def object_to(call: Call, tx: WriteTx, ask: Words) -> Redirect:
    """Object to a decision about oneself."""
    appealing.object_to(tx, call.actor, call.path_id(), ask.text)
    return Redirect(f"/settings/standing/{call.path_id()}", "objected")


@routes.post("/settings/standing/{id}/answer", needs=Needs.SESSION, confined=True, rate="appeal")
def answer(call: Call, tx: WriteTx, ask: Words) -> Redirect:
    """Answer what the reviewer of one's appeal asked."""
    appealing.answer(tx, call.actor, _appeal(call, tx), ask.text)
    return Redirect(f"/settings/standing/{call.path_id()}", "answered")


@routes.post("/settings/standing/{id}/withdraw", needs=Needs.SESSION, confined=True)
def withdraw(call: Call, tx: WriteTx) -> Redirect:
    """Object no more."""
    appealing.withdraw(tx, call.actor, _appeal(call, tx))
    return Redirect(f"/settings/standing/{call.path_id()}", "appeal_withdrawn")


def _appeal(call: Call, tx: Tx) -> int:
    found = standing.ruling(tx, call.actor, call.path_id()).appeal
    if found is None:
        raise NotFound
    return found.id


def told_to(ruling: Ruling, speech: Tongue) -> Heard:
    """Say to somebody what was decided about them."""
    told = consulting.Told(ruling.place, entries.decode(ruling.content), approved_by=ruling.approved_by)
    verdict = verdicts.verdict(told, speech)
    known = DECIDED.get(ruling.decision.act)
    return Heard(ruling, speech.gettext(known) if known else verdict.said, verdict)
