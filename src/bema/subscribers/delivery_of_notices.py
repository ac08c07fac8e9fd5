"""Delivery of notices: people of other servers hear what was decided about them here, and when it is over; nobody else does.

What is said goes to their own inbox, as a direct message of the server itself, once, and names neither reasons nor posts:
those stand behind the link. A server that is kept away is told nothing.
"""

from bema.domain import deciding, letters, standing_elsewhere
from bema.model.decisions import Act, Severity
from bema.model.events import DecisionApproved, DecisionMade, DecisionReversed
from bema.model.federating import Lane
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.store import decisions, deliveries, standing
from bema.store.deliveries import Words, subject
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.delivery_of_people import encoded
from bema.wire.activitypub import notices

_READ_THERE = (
    "What, why, until when, a receipt that proves it, and a way to object are here. The link is for you alone:"
)
_ENDED = {
    Act.REVERSE: "A decision about your account, or some of it, was taken back.",
    Act.LAPSE: "A decision about your account lapsed: it was provisional, and no second person approved it.",
    Act.EXPIRE: "A decision about your account is over: its time has passed.",
}


def decided(tx: WriteTx, site: Site, entry: Entry[DecisionMade] | Entry[DecisionApproved]) -> None:
    """Tell somebody of another server what was decided about them; that a second person agreed is no news."""
    fact = entry.event
    if isinstance(fact, DecisionApproved) or fact.account is None:
        return
    decision = decisions.by_ids(tx, [fact.decision]).get(fact.decision)
    if decision is not None and (said := letters.DECIDED.get(decision.act)) is not None:
        _tell(tx, site, fact.account, fact.decision, f"{site.domain}: {said}", number=fact.decision)


def ended(tx: WriteTx, site: Site, entry: Entry[DecisionReversed]) -> None:
    """Tell them that it is over, wholly or in part."""
    fact = entry.event
    decision = decisions.by_ids(tx, [fact.decision]).get(fact.decision)
    if fact.account is not None and decision is not None:
        said = f"{site.domain}: {_ENDED[decision.act]}"
        _tell(tx, site, fact.account, fact.reversed, said, number=fact.decision, answers=fact.reversed)


def _tell(
    tx: WriteTx, site: Site, account: AccountId, about: int, said: str, *, number: int, answers: int | None = None
) -> None:
    to = standing.elsewhere(tx, account)
    if to is None or deciding.domain_severity(tx, account) is Severity.SUSPEND:
        return
    link = standing_elsewhere.link(tx, site, about)
    if link is None:
        return
    handle = f"{to.username}@{to.domain}"
    note = notices.notice(site, number, to.uri, handle, [said, _READ_THERE], link, tx.now, answers)
    words = Words(body=encoded(note), by=None, lane=Lane.INTERACTIVE, subject=subject(about))
    deliveries.say_to(tx, words, to.inbox, to.domain_id)
