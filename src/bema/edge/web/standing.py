"""Your standing: what was decided about oneself, why, until when, with a receipt; also for who is shut out by a decision."""

import msgspec

from bema.domain import consulting, recording, standing
from bema.domain.letters import DECIDED
from bema.domain.standing import Ruling
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import verdicts
from bema.edge.web.pages import Document, Page, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.edge.web.verdicts import Verdict
from bema.model.views import Page as Shown
from bema.store.tx import Tx
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import Proof
from bema.wire.tongues import Tongue

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
        heard=[_heard(each, tongue_of(call)) for each in found],
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
        heard=_heard(found, tongue_of(call)),
        vkey=recording.current_key(tx),
    )


@routes.get("/settings/standing/{id}/receipt.tlog-proof", needs=Needs.SESSION, confined=True)
def receipt(call: Call, tx: Tx) -> Document:
    """Keep what proves a decision about oneself to anybody, without this square."""
    id_ = call.path_id()
    content = Proof(*standing.receipt(tx, call.actor, id_)).write().encode()
    return Document(content, b"text/plain; charset=utf-8", f"decision-{id_}.tlog-proof")


def _heard(ruling: Ruling, speech: Tongue) -> Heard:
    verdict = verdicts.verdict(consulting.Told(ruling.place, entries.decode(ruling.content)), speech)
    known = DECIDED.get(ruling.decision.act)
    return Heard(ruling, speech.gettext(known) if known else verdict.said, verdict)
