"""Reports: telling the staff what is wrong with an account; and reports and warnings as people see them."""

from typing import Literal

import msgspec

from bema.domain import policies, reporting
from bema.edge.call import Call
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits, views
from bema.model.appealing import AppealState, Warned
from bema.model.decisions import Act
from bema.model.ids import AccountId, PostId, parse_id
from bema.model.reporting import Category
from bema.model.reporting import Report as ReportView
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.moderation import AccountWarning, Appeal, Report, WarningAction
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)


class NewReport(msgspec.Struct, frozen=True):
    """What somebody reports."""

    account_id: str = ""
    status_ids: list[str] = []
    comment: str = ""
    forward: bool = False
    category: Category = "other"
    rule_ids: list[str] = []


@routes.post("/api/v1/reports", scope="write:reports", rate="report")
def report(call: Call, tx: WriteTx, ask: NewReport) -> Report:
    """Report an account to the staff of this server."""
    complaint = reporting.Complaint(
        target=AccountId(parse_id(ask.account_id) or 0),
        posts=[PostId(parse_id(each) or 0) for each in ask.status_ids[: limits.REPORT_POSTS + 1]],
        comment=ask.comment.strip(),
        category=ask.category,
        rules=ask.rule_ids,
        forward=ask.forward,
    )
    made = reporting.file(tx, call.actor, complaint, rule_ids(tx))
    return render_report(Renderer(call.site, call.viewer), made.report, made.target)


def rule_ids(tx: Tx) -> list[str]:
    """Name the rules that hold as clients do."""
    return [each.id for each in policies.rules(tx)]


def render_report(renderer: Renderer, view: ReportView, target: views.Account) -> Report:
    """Render a report as its writer sees it."""
    return Report(
        id=str(view.id),
        action_taken=view.resolved_at is not None,
        action_taken_at=None if view.resolved_at is None else iso(view.resolved_at),
        category=view.category,
        comment=view.comment,
        forwarded=view.forward,
        created_at=iso(view.created_at),
        status_ids=[str(each) for each in view.posts],
        collection_ids=[],
        rule_ids=view.rules or None,
        target_account=renderer.account(target),
    )


_ACTIONS: dict[Act, WarningAction] = {
    Act.WARN: "none",
    Act.FREEZE: "disable",
    Act.MARK_POSTS_SENSITIVE: "mark_statuses_as_sensitive",
    Act.REMOVE_POSTS: "delete_statuses",
    Act.SENSITIVE: "sensitive",
    Act.LIMIT: "silence",
    Act.SUSPEND: "suspend",
    Act.NOTE: "none",
    Act.LABEL: "none",
    Act.COVER: "none",
    Act.DEMOTE: "none",
    Act.QUIET: "none",
}


_STATES: dict[AppealState, Literal["approved", "rejected", "pending"]] = {
    AppealState.OPEN: "pending",
    AppealState.UPHELD: "rejected",
    AppealState.REVERSED: "approved",
    AppealState.PARTLY: "approved",
}


def render_warning(renderer: Renderer, warned: Warned, target: views.Account) -> AccountWarning:
    """Render a decision as those whom it is about are told."""
    decision, appeal = warned.decision, warned.appeal
    statement = f"{renderer.site.base}/settings/standing/{decision.id}"
    objected = (
        None if appeal is None or appeal.state not in _STATES else Appeal(text=appeal.text, state=_STATES[appeal.state])
    )
    return AccountWarning(
        id=str(decision.id),
        action=_ACTIONS.get(decision.act, "none"),
        text=decision.reasons,
        status_ids=[str(each) for each in decision.posts] or None,
        target_account=renderer.account(target),
        appeal=objected,
        created_at=iso(decision.starts_at),
        statement_url=statement,
        receipt_url=f"{statement}/receipt.tlog-proof",
    )
