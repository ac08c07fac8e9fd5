"""The desk of the staff: what waits for them, cases with what was reported beside the rules, decisions, and what was done."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bema.domain import approving, casework, deciding, overseeing, people
from bema.domain.casework import Draft
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import rulings
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.casework import QUEUES, Priority, Sketch
from bema.model.decisions import Act, Label
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, PostId, parse_id
from bema.model.permissions import Permission, may
from bema.model.views import Page as Shown
from bema.store.cases import After, Wanted
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_WORKS = Permission.MANAGE_REPORTS
_DECIDES = Permission.MANAGE_USERS


@routes.get("/staff", needs=Needs.SESSION, permission=_WORKS)
def overview(call: Call, tx: Tx) -> Page:
    """See what needs you, in order."""
    found = overseeing.overview(tx, call.staff)
    return page(call, tx, "staff/overview.html", part="/staff", overview=found, **frame(call))


def frame(call: Call) -> dict[str, Any]:
    """Say what the frame of the desk needs: what is called how, and which parts of it are for the reader."""
    role = call.staff.role
    return {
        **rulings.named(tongue_of(call)),
        "sees_audit": may(role, Permission.VIEW_AUDIT_LOG),
        "gives_roles": may(role, Permission.MANAGE_ROLES),
        "sees_readers": call.site.email_subscriptions and may(role, Permission.MANAGE_SETTINGS),
        "keeps_door": may(role, Permission.MANAGE_FEDERATION | Permission.MANAGE_BLOCKS),
        "sees_appeals": may(role, Permission.MANAGE_APPEALS),
    }


# --- Cases ------------------------------------------------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True):
    """Which cases are shown, in which order, and after which."""

    queue: str = ""
    whose: Literal["", "mine", "nobody"] = ""
    state: Literal["open", "closed"] = "open"
    order: Literal["urgent", "newest"] = "urgent"
    after: str = ""


@routes.get("/staff/cases", needs=Needs.SESSION, permission=_WORKS)
def cases(call: Call, tx: Tx, ask: Asked) -> Page:
    """See the cases that are open, or were closed."""
    wanted = Wanted(
        closed=ask.state == "closed",
        queue=ask.queue if ask.queue in QUEUES else None,
        assigned=call.actor if ask.whose == "mine" else None,
        unassigned=ask.whose == "nobody",
        urgent_first=ask.order == "urgent",
    )
    found = casework.page(tx, wanted, _after(ask.after))
    more = None
    if len(found) == limits.CASES_PAGE:
        last = found[-1]
        more = (
            f"/staff/cases?queue={wanted.queue or ''}&whose={ask.whose}&state={ask.state}&order={ask.order}"
            f"&after={int(last.priority)}-{last.id}"
        )
    shown = overseeing.shown(tx, found)
    return page(
        call,
        tx,
        "staff/cases.html",
        part="/staff/cases",
        shown=shown,
        ask=ask,
        more=more,
        **frame(call),
    )


def _after(text: str) -> After | None:
    priority, _, id_ = text.partition("-")
    parsed = parse_id(id_)
    return None if parsed is None or priority not in {"0", "1", "2"} else After(int(priority), parsed)


class About(msgspec.Struct, frozen=True):
    """Whom a case is to be opened about."""

    name: Annotated[str, Meta(max_length=400)] = ""


@routes.post("/staff/cases", needs=Needs.SESSION, permission=_WORKS)
def begin(call: Call, tx: WriteTx, ask: About) -> Redirect:
    """Open a case about somebody whom nobody reported."""
    found = people.by_acct(tx, call.site, ask.name.strip().removeprefix("@"))
    return Redirect(f"/staff/cases/{casework.open_about(tx, call.staff, found.id)}")


class Begun(msgspec.Struct, frozen=True):
    """Whose draft one begins with: one's own, unless a colleague's is named."""

    draft: str = ""


_OWN = Begun()


@routes.get("/staff/cases/{id}", needs=Needs.SESSION, permission=_WORKS)
def case(call: Call, tx: Tx, ask: Begun) -> Page:
    """See a case: what was reported as it was seen, beside the rules, and what was decided."""
    return _case(call, tx, call.path_id(), ask=ask)


def _case(
    call: Call, tx: Tx, id_: int, draft: Sketch | None = None, error: str | None = None, ask: Begun = _OWN
) -> Page:
    found = overseeing.dossier(tx, call.staff, id_)
    subject, words = found.shown.subject, frame(call)
    offered = dict.fromkeys((*deciding.ON_ACCOUNTS, *deciding.ON_POSTS))
    if subject is not None:
        offered = {each: None for each in offered if deciding.can_be(tx, subject, each)}
    return page(
        call,
        tx,
        "staff/case.html",
        status=200 if error is None else 422,
        part="/staff/cases",
        dossier=found,
        draft=draft or _begins(call, found, ask) or Sketch(),
        error=error,
        is_new=draft is None and not _begins(call, found, ask),
        own_draft=any(each.by_login == call.staff.login for each, _ in found.drafts),
        language=tongue_of(call).code,
        labels=rulings.labels(tongue_of(call)),
        ruling_choices=[(each.value, words["acts"][each.value]) for each in offered],
        may_decide=may(call.staff.role, _DECIDES)
        and subject is not None
        and found.shown.case.closed_at is None
        and deciding.may_act_on(tx, call.staff, subject.id),
        is_mine=found.shown.case.assigned == call.actor,
        others=[
            (str(each.id), f"@{each.username}")
            for each in found.colleagues
            if each.id not in (call.actor, found.shown.case.assigned)
        ],
        **words,
    )


def _begins(call: Call, found: overseeing.Dossier, ask: Begun) -> Sketch | None:
    """Return the draft that the form begins with."""
    wanted = parse_id(ask.draft) or call.staff.login
    return next((each.sketch for each, _ in found.drafts if each.by_login == wanted), None)


class Assignee(msgspec.Struct, frozen=True):
    """Who of the staff is to work on a case: oneself, unless a colleague is named."""

    to: str = ""


@routes.post("/staff/cases/{id}/assign", needs=Needs.SESSION, permission=_WORKS)
def assign(call: Call, tx: WriteTx, ask: Assignee) -> Redirect:
    """Take a case upon yourself, or give it to a colleague."""
    to = AccountId(parse_id(ask.to) or 0) if ask.to else call.actor
    casework.assign(tx, call.staff, call.path_id(), to)
    return _back(call)


@routes.post("/staff/cases/{id}/unassign", needs=Needs.SESSION, permission=_WORKS)
def unassign(call: Call, tx: WriteTx) -> Redirect:
    """Leave a case to somebody else."""
    casework.assign(tx, call.staff, call.path_id(), None)
    return _back(call)


class Ranked(msgspec.Struct, frozen=True):
    """How soon a case is to be looked at."""

    priority: Literal["0", "1", "2"] = "0"


@routes.post("/staff/cases/{id}/rank", needs=Needs.SESSION, permission=_WORKS)
def rank(call: Call, tx: WriteTx, ask: Ranked) -> Redirect:
    """Say how soon a case should be looked at."""
    casework.rank(tx, call.staff, call.path_id(), Priority(int(ask.priority)))
    return _back(call)


class Written(msgspec.Struct, frozen=True):
    """A note to a case."""

    text: str = ""


@routes.post("/staff/cases/{id}/note", needs=Needs.SESSION, permission=_WORKS)
def write(call: Call, tx: WriteTx, ask: Written) -> Redirect:
    """Write something to a case, for the staff alone."""
    casework.write(tx, call.staff, call.path_id(), ask.text)
    return _back(call, "noted")


@routes.post("/staff/cases/{id}/close", needs=Needs.SESSION, permission=_WORKS)
def close(call: Call, tx: WriteTx) -> Redirect:
    """Settle a case without a decision."""
    casework.close(tx, call.staff, call.path_id())
    return Redirect("/staff/cases", "case_closed")


@routes.post("/staff/cases/{id}/decide", needs=Needs.SESSION, permission=_DECIDES)
def decide(call: Call, tx: WriteTx, ask: Sketch) -> Redirect | Page:
    """Propose what is to be done in a case, or do it at once as an emergency."""
    try:
        with tx.savepoint():
            id_ = casework.decide(tx, call.site, call.staff, call.path_id(), _draft(ask))
    except Invalid as refusal:
        return _case(call, tx, call.path_id(), ask, str(refusal))
    return Redirect(f"/staff/decisions/{id_}", "decided")


@routes.post("/staff/cases/{id}/draft", needs=Needs.SESSION, permission=_DECIDES)
def draft(call: Call, tx: WriteTx, ask: Sketch) -> Redirect | Page:
    """Keep what you mean to decide, for the staff to see."""
    try:
        with tx.savepoint():
            casework.draft(tx, call.staff, call.path_id(), ask)
    except Invalid as refusal:
        return _case(call, tx, call.path_id(), ask, str(refusal))
    return _back(call, "drafted")


@routes.post("/staff/cases/{id}/discard", needs=Needs.SESSION, permission=_DECIDES)
def discard(call: Call, tx: WriteTx) -> Redirect:
    """Throw your draft away."""
    casework.discard(tx, call.staff, call.path_id())
    return _back(call, "discarded")


def _draft(ask: Sketch) -> Draft:
    act = next((each for each in (*deciding.ON_ACCOUNTS, *deciding.ON_POSTS) if each.value == ask.act), None)
    if act is None:
        raise Invalid("Validation failed: Act is not included in the list")
    words = ask.label if act is Act.LABEL else ask.words.strip()
    if act is Act.LABEL and words not in {each.value for each in Label}:
        raise Invalid("Validation failed: Label is not included in the list")
    if act in (Act.NOTE, Act.COVER) and not words:
        raise Invalid("Validation failed: Words can't be blank")
    return Draft(
        act=act,
        reasons=ask.reasons,
        facts=ask.facts,
        clauses=ask.clauses[: limits.REPORT_RULES],
        law=ask.law,
        territory=ask.territory.upper().replace(",", " ").split(),
        detected=ask.detected,
        posts=[PostId(id_) for each in ask.posts[: limits.REPORT_POSTS] if (id_ := parse_id(each)) is not None],
        words=words if act in (Act.LABEL, Act.NOTE, Act.COVER) else None,
        days=ask.days,
        at_once=ask.course == "at_once",
    )


def _back(call: Call, flash: str | None = None) -> Redirect:
    return Redirect(f"/staff/cases/{call.path_id()}", flash)


# --- Decisions --------------------------------------------------------------------------------------------------------


@routes.get("/staff/decisions", needs=Needs.SESSION, permission=_WORKS)
def decisions(call: Call, tx: Tx) -> Page:
    """See which decisions wait for a second person."""
    found = overseeing.pending(tx, call.staff)
    return page(
        call,
        tx,
        "staff/decisions.html",
        part="/staff/decisions",
        pending=found,
        **frame(call),
    )


class Chosen(msgspec.Struct, frozen=True):
    """Several decisions."""

    ids: list[str] = []


@routes.post("/staff/decisions/approve", needs=Needs.SESSION, permission=_WORKS)
def approve_several(call: Call, tx: WriteTx, ask: Chosen) -> Redirect:
    """Stand behind several decisions of others."""
    ids = [id_ for each in ask.ids[: limits.UNDECIDED] if (id_ := parse_id(each)) is not None]
    casework.approve_several(tx, call.site, call.staff, ids)
    return Redirect("/staff/decisions", "approved" if ids else None)


@routes.get("/staff/decisions/{id}", needs=Needs.SESSION, permission=_WORKS)
def decision(call: Call, tx: Tx) -> Page:
    """See a decision with its grounds, and who said what to it."""
    found = overseeing.weighed(tx, call.staff, call.path_id())
    if may(call.staff.role, _DECIDES) is False and found.pending.subject is None:
        raise NotFound
    return page(
        call,
        tx,
        "staff/decision.html",
        part="/staff/decisions",
        weighed=found,
        language=tongue_of(call).code,
        labels=rulings.labels(tongue_of(call)),
        **frame(call),
    )


@routes.post("/staff/decisions/{id}/approve", needs=Needs.SESSION, permission=_WORKS)
def approve(call: Call, tx: WriteTx) -> Redirect:
    """Stand behind what somebody else decided."""
    casework.approve(tx, call.site, call.staff, call.path_id())
    return Redirect(f"/staff/decisions/{call.path_id()}", "approved")


@routes.post("/staff/decisions/{id}/refuse", needs=Needs.SESSION, permission=_WORKS)
def refuse(call: Call, tx: WriteTx) -> Redirect:
    """Say no to what somebody else decided."""
    approving.refuse(tx, call.staff, call.path_id())
    return Redirect(f"/staff/decisions/{call.path_id()}", "refused")


@routes.post("/staff/decisions/{id}/withdraw", needs=Needs.SESSION, permission=_WORKS)
def withdraw(call: Call, tx: WriteTx) -> Redirect:
    """Take back what you proposed."""
    approving.withdraw(tx, call.staff, call.path_id())
    return Redirect(f"/staff/decisions/{call.path_id()}", "withdrawn")


class Reasons(msgspec.Struct, frozen=True):
    """Why something is taken back."""

    reasons: str = ""


@routes.post("/staff/decisions/{id}/reverse", needs=Needs.SESSION, permission=_DECIDES)
def reverse(call: Call, tx: WriteTx, ask: Reasons) -> Redirect:
    """Take back a decision that is in force."""
    casework.take_back(tx, call.staff, call.path_id(), ask.reasons)
    return Redirect(f"/staff/decisions/{call.path_id()}", "taken_back")


# --- What was done ----------------------------------------------------------------------------------------------------


@routes.get("/staff/audit", needs=Needs.SESSION, permission=Permission.VIEW_AUDIT_LOG)
def audit(call: Call, tx: Tx, ask: Part) -> Page:
    """See what the staff did, and whether decisions are in force as they should be."""
    found = overseeing.deeds(tx, ask.range())
    newer, older = beside(call, ask, Shown(found, found[0].id, found[-1].id) if found else Shown([]))
    return page(
        call,
        tx,
        "staff/audit.html",
        part="/staff/audit",
        deeds=found,
        checked=overseeing.quick_check(tx),
        newer=newer,
        older=older,
        **frame(call),
    )
