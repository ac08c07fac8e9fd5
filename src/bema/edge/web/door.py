"""The door, at the desk: which servers, mail servers, networks and addresses are kept away, and proposing it together."""

from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from bema.domain import guarding, policies, weighing
from bema.domain.guarding import DomainTerms, Wish
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.desk import frame
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.decisions import Course, Decision, DoorSeverity, Effect, Grounds, Severity, SubjectKind
from bema.model.errors import Forbidden, Invalid
from bema.model.permissions import Permission, may
from bema.model.views import Page as Shown
from bema.store import decisions
from bema.store.measures import DOMAIN_BLOCKS, EMAIL_BLOCKS, EMAIL_DOMAIN_BLOCKS, NETWORK_BLOCKS, Measures
from bema.store.tx import Tx, WriteTx
from bema.wire.tongues import words

routes = Routes(Surface.WEB)
_HERE = "/staff/door"
_MAY = Permission.MANAGE_FEDERATION | Permission.MANAGE_BLOCKS
Kind = Literal["domain", "email_domain", "network", "email"]
_MEASURES: dict[Kind, tuple[Measures, str]] = {
    "domain": (DOMAIN_BLOCKS, "name"),
    "email_domain": (EMAIL_DOMAIN_BLOCKS, "name"),
    "network": (NETWORK_BLOCKS, "network"),
    "email": (EMAIL_BLOCKS, "digest"),
}
_TITLES: dict[Kind, str] = {
    "domain": words("Servers"),
    "email_domain": words("Mail servers"),
    "network": words("Networks"),
    "email": words("E-mail addresses"),
}
_OF_DOMAIN = {Severity.LIMIT: Effect.LIMIT, Severity.SUSPEND: Effect.SUSPEND}
_OF_NETWORK = {
    DoorSeverity.REVIEW: Effect.REVIEWED_SIGN_UP,
    DoorSeverity.NO_SIGN_UP: Effect.NO_SIGN_UP,
    DoorSeverity.NO_ACCESS: Effect.NO_ACCESS,
}


class Shut(NamedTuple):
    """A measure as the list shows it."""

    id: int
    name: str
    effects: list[str]
    row: Any
    decision: Decision


class Wanted(Part, frozen=True):
    """Which measures are shown."""

    kind: Kind = "domain"


class Wished(msgspec.Struct, frozen=True):
    """What is to be kept away, as the form says it."""

    kind: Kind = "domain"
    name: Annotated[str, Meta(max_length=1_000)] = ""
    severity: Literal["0", "1", "2"] = "1"
    reject_media: bool = False
    reject_reports: bool = False
    obfuscate: bool = False
    private_comment: str = ""
    facts: str = ""
    clauses: list[str] = []
    law: str = ""
    reasons: str = ""
    days: Annotated[int, Meta(ge=1, le=3_650)] | None = None
    course: Literal["propose", "at_once"] = "propose"


@routes.get(_HERE, needs=Needs.SESSION, permission=_MAY)
def measures(call: Call, tx: Tx, ask: Wanted) -> Page:
    """See what is kept away."""
    return _page(call, tx, ask, Wished(kind=ask.kind))


def _page(call: Call, tx: Tx, ask: Wanted, typed: Wished, error: str | None = None) -> Page:
    kinds = [each for each in _MEASURES if may(call.staff.role, weighing.permission_for(SubjectKind(each)))]
    kind = ask.kind
    if kind not in kinds:
        raise Forbidden
    table, key = _MEASURES[kind]
    rows = guarding.page(tx, table, ask.range())
    newer, older = beside(call, ask, Shown(rows, rows[0].id, rows[-1].id) if rows else Shown([]))
    made = decisions.by_ids(tx, list({row.decision_id for row in rows}))
    speech = tongue_of(call)
    return page(
        call,
        tx,
        "staff/door.html",
        status=200 if error is None else 422,
        part=_HERE,
        kind=kind,
        kinds=[(f"{_HERE}?kind={each}", speech.gettext(_TITLES[each])) for each in kinds],
        shown=[Shut(row.id, getattr(row, key), _effects(kind, row), row, made[row.decision_id]) for row in rows],
        typed=typed,
        error=error,
        clauses=policies.rules(tx),
        language=speech.code,
        newer=newer,
        older=older,
        **frame(call),
    )


def _effects(kind: Kind, row: Any) -> list[str]:
    if kind == "domain":
        found = [_OF_DOMAIN[Severity(row.severity)]] if row.severity else []
        found += [Effect.REJECT_MEDIA] if row.reject_media else []
        return [each.value for each in (*found, *([Effect.REJECT_REPORTS] if row.reject_reports else []))]
    return [(_OF_NETWORK[DoorSeverity(row.severity)] if kind == "network" else Effect.NO_SIGN_UP).value]


@routes.post(_HERE, needs=Needs.SESSION, permission=_MAY)
def propose(call: Call, tx: WriteTx, ask: Wished) -> Redirect | Page:
    """Propose that something is kept away, or keep it away at once as an emergency."""
    course = Course.AT_ONCE if ask.course == "at_once" else Course.PROPOSED
    try:
        with tx.savepoint():
            id_ = guarding.propose(tx, call.site, call.staff, _wish(ask), _grounds(ask), course)
    except Invalid as refusal:
        return _page(call, tx, Wanted(kind=ask.kind), ask, str(refusal))
    return Redirect(f"/staff/decisions/{id_}", "decided")


def _wish(ask: Wished) -> Wish:
    number = int(ask.severity)
    return Wish(
        kind=SubjectKind(ask.kind),
        name=ask.name,
        domain=DomainTerms(
            Severity(number),
            ask.reject_media,
            ask.reject_reports,
            ask.private_comment.strip() or None,
            ask.reasons.strip() or None,
            ask.obfuscate,
        ),
        door=DoorSeverity(number),
        comment=ask.private_comment.strip(),
        lasts=None if ask.days is None else ask.days * 86_400_000,
    )


def _grounds(ask: Wished) -> Grounds:
    return Grounds(
        reasons=ask.reasons.strip(),
        facts=ask.facts.strip(),
        clauses=ask.clauses[: limits.REPORT_RULES],
        law=ask.law.strip(),
    )


class Named(msgspec.Struct, frozen=True):
    """Of which kind a measure is."""

    kind: Kind = "domain"


@routes.post(f"{_HERE}/{{id}}/end", needs=Needs.SESSION, permission=_MAY)
def end(call: Call, tx: WriteTx, ask: Named) -> Redirect:
    """Keep something away no more, whatever it stood in the place of."""
    call.staff.needs(weighing.permission_for(SubjectKind(ask.kind)))
    guarding.end(tx, call.staff, _MEASURES[ask.kind][0], call.path_id())
    return Redirect(f"{_HERE}?kind={ask.kind}", "taken_back")
