"""Appeals as the staff works through them: what is due first, each with all that was said, and answered with reasons."""

import msgspec

from bema.domain import appealing, consulting
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import verdicts
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.appealing import OUTCOMES, AppealState
from bema.model.decisions import Effect, Subject, SubjectKind
from bema.model.errors import Invalid
from bema.model.ids import parse_id
from bema.model.permissions import Permission
from bema.model.views import Page as Shown
from bema.store import accounts, public_log, standing
from bema.store.standing import Done
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_APPEALS


@routes.get("/staff/appeals", needs=Needs.SESSION, permission=_MAY)
def queue(call: Call, tx: Tx, ask: Part) -> Page:
    """See which appeals wait for an answer, and which were answered."""
    waiting, closed = appealing.queue(tx), appealing.closed(tx, ask.range())
    people = accounts.by_ids(tx, list({each.account for each in (*waiting, *closed)}))
    newer, older = beside(call, ask, Shown(closed, closed[0].id, closed[-1].id) if closed else Shown([]))
    return page(
        call,
        tx,
        "staff/appeals.html",
        part="/staff/appeals",
        waiting=waiting,
        closed=closed,
        whose=people,
        me=call.staff.login,
        newer=newer,
        older=older,
    )


@routes.get("/staff/appeals/{id}", needs=Needs.SESSION, permission=_MAY)
def one(call: Call, tx: Tx) -> Page:
    """Read one appeal, beside the decision that it is about."""
    found = appealing.review(tx, call.staff, call.path_id())
    place, content = public_log.of_decisions(tx, [found.decision.id])[found.decision.id]
    approved = public_log.of_decisions(tx, [found.decision.id], approvals=True).get(found.decision.id)
    told = consulting.Told(place, entries.decode(content), approved_by=None if approved is None else approved[0])
    done = standing.done_by(tx, [found.decision.id])[found.decision.id]
    return page(
        call,
        tx,
        "staff/appeal.html",
        part="/staff/appeals",
        review=found,
        whom=accounts.by_id(tx, found.appeal.account),
        verdict=verdicts.verdict(told, tongue_of(call)),
        effects=[(_code(each), verdicts.effect(each.effect.value, tongue_of(call)), each) for each in done],
        most=limits.APPEAL_CHARACTERS,
        most_reasons=limits.REASONS_CHARACTERS,
    )


class Said(msgspec.Struct, frozen=True):
    """What a reviewer says."""

    text: str = ""


class Answer(msgspec.Struct, frozen=True):
    """How a reviewer answers."""

    outcome: str = ""
    reasons: str = ""
    part: tuple[str, ...] = ()


@routes.post("/staff/appeals/{id}/take", needs=Needs.SESSION, permission=_MAY)
def take(call: Call, tx: WriteTx) -> Redirect:
    """Review an appeal."""
    appealing.take(tx, call.staff, call.path_id())
    return Redirect(f"/staff/appeals/{call.path_id()}", "appeal_taken")


@routes.post("/staff/appeals/{id}/let_go", needs=Needs.SESSION, permission=_MAY)
def let_go(call: Call, tx: WriteTx) -> Redirect:
    """Leave an appeal to others."""
    appealing.let_go(tx, call.staff, call.path_id())
    return Redirect("/staff/appeals", "appeal_left")


@routes.post("/staff/appeals/{id}/ask", needs=Needs.SESSION, permission=_MAY)
def ask(call: Call, tx: WriteTx, ask: Said) -> Redirect:
    """Ask the person something."""
    appealing.ask(tx, call.site, call.staff, call.path_id(), ask.text)
    return Redirect(f"/staff/appeals/{call.path_id()}", "appeal_asked")


@routes.post("/staff/appeals/{id}/decide", needs=Needs.SESSION, permission=_MAY)
def decide(call: Call, tx: WriteTx, ask: Answer) -> Redirect:
    """Answer an appeal."""
    if ask.outcome not in OUTCOMES:
        raise Invalid("Say what of it is taken back")
    parts = [_part(each) for each in ask.part[: limits.REPORT_POSTS]]
    outcome = AppealState(ask.outcome)
    appealing.decide(tx, call.site, call.staff, call.path_id(), outcome, ask.reasons, parts)
    return Redirect("/staff/appeals", "appeal_answered")


def _code(done: Done) -> str:
    """Name an effect on a target, as the form sends it back."""
    return f"{done.effect.value} {done.target.kind.value} {done.target.id}"


def _part(code: str) -> tuple[Effect, Subject]:
    what, _, target = code.partition(" ")
    kind, _, id_ = target.partition(" ")
    number = parse_id(id_)
    if what not in list(Effect) or kind not in list(SubjectKind) or number is None:
        raise Invalid("Say what of it is taken back")
    return Effect(what), Subject(SubjectKind(kind), number)
