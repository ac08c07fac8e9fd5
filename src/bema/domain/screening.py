"""Screening: of whom somebody wants to be told what, and what becomes of what was kept aside."""

from collections.abc import Sequence

from bema.model.errors import NotFound
from bema.model.events import NotificationRequestAnswered
from bema.model.ids import AccountId
from bema.model.notifications import Pending, Policy, Request
from bema.store import notice_policies, notice_requests, notices
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def policy(tx: Tx, actor: AccountId) -> Policy:
    """Return what an account wants."""
    return notice_policies.of(tx, actor)


def change_policy(tx: WriteTx, actor: AccountId, policy: Policy) -> None:
    """Decide what is done with notifications from now on; what was told before stays as it is."""
    notice_policies.put(tx, actor, policy)


def pending(tx: Tx, actor: AccountId) -> Pending:
    """Count what was kept aside."""
    return notice_requests.pending(tx, actor)


def requests(tx: Tx, actor: AccountId, range_: Range) -> list[Request]:
    """Load a page of those whose notifications were kept aside."""
    return notice_requests.page(tx, actor, range_)


def request(tx: Tx, actor: AccountId, id_: int) -> Request:
    """Load a request."""
    found = notice_requests.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def accept(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Let what was kept aside of somebody stand among the rest, and hear them from now on."""
    _answer(tx, actor, request(tx, actor, id_).by.id, accepted=True)


def dismiss(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Throw away what was kept aside of somebody; what comes later is kept aside again."""
    _answer(tx, actor, request(tx, actor, id_).by.id, accepted=False)


def answer_several(tx: WriteTx, actor: AccountId, ids: Sequence[int], *, accepted: bool) -> None:
    """Accept or dismiss those of the requests that are there."""
    for by in notice_requests.senders(tx, actor, ids):
        _answer(tx, actor, by, accepted=accepted)


def _answer(tx: WriteTx, actor: AccountId, by: AccountId, *, accepted: bool) -> None:
    if accepted:
        notice_policies.permit(tx, actor, by)
    until = notices.newest(tx, actor)
    if until is not None:
        notice_policies.answer(tx, actor, by, accepted=accepted, until=until)
        tx.emit(NotificationRequestAnswered(account=actor, by=by, accepted=accepted, until=until))
