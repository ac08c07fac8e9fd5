"""Informing: whoever a decision is about hears that it is over; that it began, they hear when it does."""

from bema.domain import electing, letters, weighing
from bema.model.decisions import Act, Decision, State
from bema.model.site import Site
from bema.store import appeals, decisions, logins
from bema.store.tx import WriteTx


def ended(tx: WriteTx, site: Site, decision_id: int) -> None:
    """Tell whom a decision was about that it ended, by letter; who had objected was told with the answer."""
    decision = decisions.by_ids(tx, [decision_id])[decision_id]
    if decision.state is State.UNANSWERED:
        _unanswered(tx, site, decision)
    account_id = weighing.account_of(decision.subject)
    if account_id is None or decision.reverses is None:
        return
    answered = [each.decided_at for each in appeals.of_decisions(tx, [decision.reverses])[decision.reverses]]
    if decision.act is Act.REVERSE and decision.starts_at in answered:
        return
    for login_id in logins.logins_of(tx, account_id):
        row = logins.by_id(tx, login_id)
        if row is not None:
            to = letters.To(row.email, row.locale)
            letters.ended(tx, site, to=to, act=decision.act, decision=decision.reverses, reasons=decision.reasons)


def role_unanswered(tx: WriteTx, site: Site, proposal_id: int) -> None:
    """Let a proposal of a role lapse that nobody answered, and tell who made it."""
    made = electing.come_due(tx, proposal_id)
    row = None if made is None else logins.by_id(tx, made.by_login)
    if row is not None:
        letters.unanswered(tx, site, to=letters.To(row.email, row.locale), path="/staff/roles")


def _unanswered(tx: WriteTx, site: Site, decision: Decision) -> None:
    """Tell who proposed something that nobody answered it in time."""
    row = None if decision.by_login is None else logins.by_id(tx, decision.by_login)
    if row is not None:
        letters.unanswered(tx, site, to=letters.To(row.email, row.locale), path=f"/staff/decisions/{decision.id}")
