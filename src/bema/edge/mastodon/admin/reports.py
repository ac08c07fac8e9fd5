"""Reports as the staff works through them."""

from collections.abc import Sequence

import msgspec

from bema.domain import administering, reporting
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.admin import StaffPaging
from bema.edge.mastodon.admin.accounts import render as render_account
from bema.edge.mastodon.instance import rules_of
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.reports import rule_ids
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.ids import AccountId, parse_id
from bema.model.permissions import Permission
from bema.model.reporting import Category, Report
from bema.store.reports import ReportFilter
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.admin import AdminReport
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_READ, _WRITE = "admin:read:reports", "admin:write:reports"
_MAY = Permission.MANAGE_REPORTS


class Asked(StaffPaging, frozen=True):
    """Which reports are asked for: open ones, resolved ones, or both."""

    resolved: bool = False
    unresolved: bool = False
    account_id: str = ""
    target_account_id: str = ""


@routes.get("/api/v1/admin/reports", scope=_READ, permission=_MAY, answer=list[AdminReport])
def find(call: Call, tx: Tx, ask: Asked) -> Json:
    """View reports, the newest first."""
    filter_ = ReportFilter(
        resolved=None if ask.resolved and ask.unresolved else ask.resolved,
        by=AccountId(parse_id(ask.account_id) or 0) if ask.account_id else None,
        target=AccountId(parse_id(ask.target_account_id) or 0) if ask.target_account_id else None,
    )
    found = reporting.page(tx, filter_, ask.range())
    ids = [each.id for each in found]
    return paged(call, _rendered(call, tx, found), ids[0] if ids else None, ids[-1] if ids else None)


@routes.get("/api/v1/admin/reports/{id}", scope=_READ, permission=_MAY)
def view(call: Call, tx: Tx) -> AdminReport:
    """View one report; posts that are gone are shown as they were seen."""
    return _one(call, tx, reporting.one(tx, call.path_id()))


class Classified(msgspec.Struct, frozen=True):
    """What a report is really about; what is not named stays."""

    category: Category | None = None
    rule_ids: list[str] | None = None


@routes.update("/api/v1/admin/reports/{id}", scope=_WRITE, permission=_MAY)
def update(call: Call, tx: WriteTx, ask: Classified) -> AdminReport:
    """Say what a report is about."""
    named = None if ask.rule_ids is None else ask.rule_ids[: limits.REPORT_RULES]
    known = rule_ids(tx)
    return _one(call, tx, reporting.classify(tx, call.staff, call.path_id(), ask.category, named, known))


@routes.post("/api/v1/admin/reports/{id}/assign_to_self", scope=_WRITE, permission=_MAY)
def assign_to_self(call: Call, tx: WriteTx) -> AdminReport:
    """Take a report upon oneself."""
    return _one(call, tx, reporting.assign(tx, call.staff, call.path_id(), call.actor))


class Assignee(msgspec.Struct, frozen=True):
    """Who of the staff is to work on something."""

    account_id: str = ""


@routes.post("/api/v1/admin/reports/{id}/assign", scope=_WRITE, permission=_MAY)
def assign(call: Call, tx: WriteTx, ask: Assignee) -> AdminReport:
    """Give a report to a colleague, with its case; who it is about cannot have it. Mastodon has no such method."""
    to = AccountId(parse_id(ask.account_id) or 0)
    return _one(call, tx, reporting.assign(tx, call.staff, call.path_id(), to))


@routes.post("/api/v1/admin/reports/{id}/unassign", scope=_WRITE, permission=_MAY)
def unassign(call: Call, tx: WriteTx) -> AdminReport:
    """Leave a report to somebody else."""
    return _one(call, tx, reporting.assign(tx, call.staff, call.path_id(), None))


@routes.post("/api/v1/admin/reports/{id}/resolve", scope=_WRITE, permission=_MAY)
def resolve(call: Call, tx: WriteTx) -> AdminReport:
    """Mark a report as resolved."""
    return _one(call, tx, reporting.resolve(tx, call.staff, call.path_id()))


@routes.post("/api/v1/admin/reports/{id}/reopen", scope=_WRITE, permission=_MAY)
def reopen(call: Call, tx: WriteTx) -> AdminReport:
    """Take a report up again."""
    return _one(call, tx, reporting.reopen(tx, call.staff, call.path_id()))


def _one(call: Call, tx: Tx, report: Report) -> AdminReport:
    return _rendered(call, tx, [report])[0]


def _rendered(call: Call, tx: Tx, found: Sequence[Report]) -> list[AdminReport]:
    if not found:
        return []
    renderer = Renderer(call.site, call.viewer)
    ids = {id_ for each in found for id_ in (each.by, each.target, each.assigned, each.resolved_by) if id_ is not None}
    people = {each.account.id: each for each in administering.several(tx, list(ids))}
    accounts = {id_: render_account(renderer, each) for id_, each in people.items()}
    posts = reporting.reported_posts(tx, call.actor, found)
    copies = reporting.copies_of_gone(tx, found, posts)
    rules = {rule.id: rule for rule in rules_of(tx)}
    rendered = []
    for each in found:
        shown = [
            posts.get(id_) or reporting.as_it_was(copies[id_], people[each.target].account)
            for id_ in each.posts
            if id_ in posts or id_ in copies
        ]
        rendered.append(
            AdminReport(
                id=str(each.id),
                action_taken=each.resolved_at is not None,
                action_taken_at=None if each.resolved_at is None else iso(each.resolved_at),
                category=each.category,
                comment=each.comment,
                forwarded=each.forward,
                created_at=iso(each.created_at),
                updated_at=iso(each.updated_at),
                account=accounts[each.by],
                target_account=accounts[each.target],
                assigned_account=None if each.assigned is None else accounts.get(each.assigned),
                action_taken_by_account=None if each.resolved_by is None else accounts.get(each.resolved_by),
                statuses=renderer.statuses(shown),
                rules=[rules[id_] for id_ in each.rules if id_ in rules],
            )
        )
    return rendered
