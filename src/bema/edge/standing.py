"""Standing for programs: what was decided about oneself, the receipts, and the objection; also for who is shut out."""

import msgspec

from bema.domain import appealing, restoring, standing
from bema.domain.standing import Ruling
from bema.edge.answers import Answer, Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.routes import Routes, Surface
from bema.model.appealing import Appeal, Turn
from bema.model.decisions import SubjectKind
from bema.model.errors import NotFound
from bema.model.restoring import Report
from bema.store import appeals, public_log
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.times import iso
from bema.wire.tlog.checkpoints import Proof
from bema.wire.trust import (
    AppealTurn,
    OneStanding,
    Restoration,
    StandingAppeal,
    StandingDecision,
    StandingEffect,
    Standings,
)

routes = Routes(Surface.API)
_HERE = "/api/trust/v1/standing"
_READ, _WRITE = "read:accounts", "write:accounts"


class Words(msgspec.Struct, frozen=True):
    """What somebody says."""

    text: str = ""


@routes.get(_HERE, scope=_READ, confined=True, answer=Standings)
def listed(call: Call, tx: Tx, ask: Paging) -> Json:
    """View what was decided about your account, the newest first."""
    found = standing.rulings(tx, call.actor, ask.range())
    told = Standings(
        as_of=iso(tx.now),
        tree_size=_tree_size(tx),
        decisions=[_decision(call, tx, each, _appeal(tx, each)) for each in found],
    )
    ids = [each.decision.id for each in found]
    return paged(call, told, ids[0] if ids else None, ids[-1] if ids else None)


@routes.get(f"{_HERE}/{{id}}", scope=_READ, confined=True)
def one(call: Call, tx: Tx) -> OneStanding:
    """View one decision about your account, with what was said in your appeal, and what was restored."""
    return _one(call, tx)


@routes.get(
    f"{_HERE}/{{id}}/receipt", scope=_READ, confined=True, answer=dict, content_type="text/plain; charset=utf-8"
)
def receipt(call: Call, tx: Tx) -> Answer:
    """Get what proves a decision about your account to anybody, without this server: a C2SP tlog-proof."""
    content = Proof(*standing.receipt(tx, call.actor, call.path_id())).write().encode()
    private = (b"cache-control", b"private, no-store")
    return Answer(content, content_type=b"text/plain; charset=utf-8", headers=[private])


@routes.post(f"{_HERE}/{{id}}/appeal", scope=_WRITE, confined=True, rate="appeal")
def object_to(call: Call, tx: WriteTx, ask: Words) -> OneStanding:
    """Appeal against a decision about your account."""
    appealing.object_to(tx, call.actor, call.path_id(), ask.text)
    return _one(call, tx)


@routes.post(f"{_HERE}/{{id}}/appeal/answer", scope=_WRITE, confined=True, rate="appeal")
def answer(call: Call, tx: WriteTx, ask: Words) -> OneStanding:
    """Answer what the reviewer of your appeal asked."""
    appealing.answer(tx, call.actor, _open_appeal(call, tx), ask.text)
    return _one(call, tx)


@routes.delete(f"{_HERE}/{{id}}/appeal", scope=_WRITE, confined=True, rate="appeal")
def withdraw(call: Call, tx: WriteTx) -> OneStanding:
    """Take your appeal back."""
    appealing.withdraw(tx, call.actor, _open_appeal(call, tx))
    return _one(call, tx)


def _open_appeal(call: Call, tx: Tx) -> int:
    found = standing.ruling(tx, call.actor, call.path_id()).appeal
    if found is None:
        raise NotFound
    return found.id


def _one(call: Call, tx: Tx) -> OneStanding:
    found = standing.ruling(tx, call.actor, call.path_id())
    turns = None if found.appeal is None else appeals.turns(tx, found.appeal.id)
    report = restoring.report(tx, call.actor, found.decision.id)
    told = _decision(call, tx, found, _appeal(tx, found, turns), report)
    return OneStanding(as_of=iso(tx.now), tree_size=_tree_size(tx), decision=told)


def _decision(
    call: Call, tx: Tx, ruling: Ruling, appeal: StandingAppeal | None, report: Report | None = None
) -> StandingDecision:
    decision, base = ruling.decision, call.site.base
    return StandingDecision(
        id=str(decision.id),
        act=decision.act.value,
        state=decision.state.value,
        over=ruling.over,
        effects=[
            StandingEffect(
                effect=each.effect.value,
                on=each.target.kind.value,
                status_id=str(each.target.id) if each.target.kind is SubjectKind.POST else None,
                over=each.over,
            )
            for each in ruling.done
        ],
        reasons=decision.reasons,
        facts=decision.facts,
        clauses=decision.clauses,
        law=decision.law,
        territory=decision.territory,
        detected=decision.detected,
        automated=decision.automated,
        provisional=decision.provisional and decision.approved_at is None,
        single_operator=decision.single_operator,
        status_ids=[str(each) for each in decision.posts],
        starts_at=iso(decision.starts_at),
        ends_at=None if decision.ends_at is None else iso(decision.ends_at),
        url=f"{base}/settings/standing/{decision.id}",
        entry=ruling.place,
        entry_url=f"{base}/trust/decisions/{ruling.place}",
        receipt_url=f"{base}{_HERE}/{decision.id}/receipt" if ruling.signed else None,
        contestable=ruling.contestable,
        contestable_until=iso(ruling.contestable_until),
        appeal=appeal,
        restoration=None if report is None else _restoration(report),
    )


def _appeal(tx: Tx, ruling: Ruling, turns: list[Turn] | None = None) -> StandingAppeal | None:
    found: Appeal | None = ruling.appeal
    if found is None:
        return None
    return StandingAppeal(
        text=found.text,
        state=found.state.value,
        opened_at=iso(found.opened_at),
        due_at=iso(found.due_at),
        overdue=found.is_overdue(tx.now),
        awaits_you=found.is_open and found.asked_at is not None,
        reasons=found.reasons,
        reviewer_took_part=found.took_part,
        decided_at=None if found.decided_at is None else iso(found.decided_at),
        opened_entry=found.place,
        decided_entry=found.decided_place,
        turns=None
        if turns is None
        else [
            AppealTurn(by="reviewer" if each.by_reviewer else "you", text=each.text, at=iso(each.at)) for each in turns
        ],
    )


def _restoration(report: Report) -> Restoration:
    return Restoration(
        before={part: each.count for part, each in report.before.items()},
        before_at=iso(report.before_at),
        after=None if report.after is None else {part: each.count for part, each in report.after.items()},
        after_at=None if report.after_at is None else iso(report.after_at),
        differing=report.differing,
    )


def _tree_size(tx: Tx) -> int:
    newest = public_log.newest_signed(tx)
    return 0 if newest is None else newest.size
