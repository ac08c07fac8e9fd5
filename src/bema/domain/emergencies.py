"""Emergencies: what is dangerous is hidden at once, by one of the staff; a second person looks at it within a day.

What was seen is kept as it was, in the case that stays behind: whoever approves, refuses or reviews it sees the same.
"""

from collections.abc import Sequence

from bema.domain import casework, deciding, policies, reading, reporting
from bema.domain.reporting import Complaint
from bema.model.decisions import Act
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.ids import AccountId, PostId
from bema.model.permissions import Staff
from bema.model.site import Site
from bema.model.views import Account, Post
from bema.store.tx import Tx, WriteTx

ON_ACCOUNTS = (Act.LIMIT, Act.FREEZE, Act.SUSPEND)  # what shuts somebody up at once, the lightest first


def post(tx: Tx, staff: Staff, id_: PostId) -> Post:
    """Return a post that one of the staff sees, or everybody does, and that they may hide."""
    found = reading.posts_by_ids(tx, staff.account, [id_]) or reading.posts_by_ids(tx, None, [id_])
    if not found:
        raise NotFound
    shown = found[0].boost_of or found[0]
    deciding.subordinate(tx, staff, shown.author.id)
    return shown


def account(tx: Tx, staff: Staff, id_: AccountId) -> Account:
    """Return an account that one of the staff may shut up."""
    return deciding.subordinate(tx, staff, id_)


def hide_post(tx: WriteTx, site: Site, staff: Staff, id_: PostId, reasons: str, rules: Sequence[str]) -> int:
    """Hide a post at once, and leave a case for the second person; return the decision."""
    shown = post(tx, staff, id_)
    case = _case(tx, staff, Complaint(target=shown.author.id, posts=[shown.id], rules=rules))
    draft = casework.Draft(act=Act.REMOVE_POSTS, reasons=reasons, clauses=rules, posts=[shown.id], at_once=True)
    return casework.decide(tx, site, staff, case, draft)


def shut_up(tx: WriteTx, site: Site, staff: Staff, id_: AccountId, act: Act, reasons: str, rules: Sequence[str]) -> int:
    """Limit, freeze or suspend an account at once, and leave a case for the second person; return the decision."""
    account(tx, staff, id_)
    if act not in ON_ACCOUNTS:
        raise Invalid("Validation failed: Act is not included in the list")
    case = _case(tx, staff, Complaint(target=id_, rules=rules))
    draft = casework.Draft(act=act, reasons=reasons, clauses=rules, at_once=True)
    return casework.decide(tx, site, staff, case, draft)


def _case(tx: WriteTx, staff: Staff, complaint: Complaint) -> int:
    """Report what was seen, as one of those who read here, and take the case on."""
    if staff.account is None:
        raise Forbidden
    made = reporting.file(tx, staff.account, complaint, [each.id for each in policies.rules(tx)])
    assert made.report.case is not None
    if casework.one(tx, made.report.case).assigned is None:
        casework.assign(tx, staff, made.report.case, staff.account)
    return made.report.case
