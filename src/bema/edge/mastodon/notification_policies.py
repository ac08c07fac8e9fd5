"""Of whom somebody wants to be told what, and what was kept aside for them."""

from typing import Literal

import msgspec

from bema.domain import screening
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import PeoplePaging
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.ids import parse_id
from bema.model.notifications import Policy, Request, Treatment
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.notifications import Merged, NotificationPolicy, NotificationRequest, PolicySummary
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
Word = Literal["accept", "filter", "drop"]
_WORDS: dict[Treatment, Word] = {
    Treatment.ACCEPT: "accept",
    Treatment.FILTER: "filter",
    Treatment.DROP: "drop",
}
_TREATMENTS = {word: treatment for treatment, word in _WORDS.items()}


@routes.get("/api/v2/notifications/policy", scope="read:notifications")
def policy(call: Call, tx: Tx) -> NotificationPolicy:
    """View what is done with notifications from whom."""
    return _policy(call, tx, screening.policy(tx, call.actor))


class NewPolicy(msgspec.Struct, frozen=True):
    """What is to be changed; what is not named stays."""

    for_not_following: Word | None = None
    for_not_followers: Word | None = None
    for_new_accounts: Word | None = None
    for_private_mentions: Word | None = None
    for_limited_accounts: Word | None = None
    for_bots: Word | None = None


@routes.update("/api/v2/notifications/policy", scope="write:notifications")
def change_policy(call: Call, tx: WriteTx, ask: NewPolicy) -> NotificationPolicy:
    """Change what is done with notifications from whom."""
    now = screening.policy(tx, call.actor)
    wanted = Policy(
        _asked(ask.for_not_following, now.not_following),
        _asked(ask.for_not_followers, now.not_followers),
        _asked(ask.for_new_accounts, now.new_accounts),
        _asked(ask.for_private_mentions, now.private_mentions),
        _asked(ask.for_limited_accounts, now.limited_accounts),
        _asked(ask.for_bots, now.automated),
    )
    screening.change_policy(tx, call.actor, wanted)
    return _policy(call, tx, wanted)


@routes.get("/api/v1/notifications/requests", scope="read:notifications", answer=list[NotificationRequest])
def requests(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View whose notifications are kept aside."""
    found = screening.requests(tx, call.actor, ask.range())
    renderer = Renderer(call.site, call.viewer)
    rendered = [_request(renderer, each) for each in found]
    return paged(call, rendered, found[0].id if found else None, found[-1].id if found else None)


@routes.get("/api/v1/notifications/requests/merged", scope="read:notifications")
def merged(call: Call, tx: Tx) -> Merged:
    """Ask whether what was accepted stands among the rest: it does at once."""
    return Merged(merged=True)


@routes.get("/api/v1/notifications/requests/{id}", scope="read:notifications")
def request(call: Call, tx: Tx) -> NotificationRequest:
    """View one of them."""
    return _request(Renderer(call.site, call.viewer), screening.request(tx, call.actor, call.path_id()))


@routes.post("/api/v1/notifications/requests/{id}/accept", scope="write:notifications")
def accept(call: Call, tx: WriteTx) -> None:
    """Let what was kept aside of somebody stand among the rest, and hear them from now on."""
    screening.accept(tx, call.actor, call.path_id())


@routes.post("/api/v1/notifications/requests/{id}/dismiss", scope="write:notifications")
def dismiss(call: Call, tx: WriteTx) -> None:
    """Throw away what was kept aside of somebody."""
    screening.dismiss(tx, call.actor, call.path_id())


class Several(msgspec.Struct, frozen=True):
    """Several requests."""

    id: tuple[str, ...] = ()

    def ids(self) -> list[int]:
        """Read them: what cannot be an id names nothing, and what comes after a page is not read."""
        return [id_ for text in self.id[: limits.PEOPLE_PAGE_MAX] if (id_ := parse_id(text)) is not None]


@routes.post("/api/v1/notifications/requests/accept", scope="write:notifications")
def accept_several(call: Call, tx: WriteTx, ask: Several) -> None:
    """Accept several requests at once."""
    screening.answer_several(tx, call.actor, ask.ids(), accepted=True)


@routes.post("/api/v1/notifications/requests/dismiss", scope="write:notifications")
def dismiss_several(call: Call, tx: WriteTx, ask: Several) -> None:
    """Dismiss several requests at once."""
    screening.answer_several(tx, call.actor, ask.ids(), accepted=False)


def _asked(word: Word | None, now: Treatment) -> Treatment:
    return now if word is None else _TREATMENTS[word]


def _policy(call: Call, tx: Tx, held: Policy) -> NotificationPolicy:
    pending = screening.pending(tx, call.actor)
    return NotificationPolicy(
        for_not_following=_WORDS[held.not_following],
        for_not_followers=_WORDS[held.not_followers],
        for_new_accounts=_WORDS[held.new_accounts],
        for_private_mentions=_WORDS[held.private_mentions],
        for_limited_accounts=_WORDS[held.limited_accounts],
        for_bots=_WORDS[held.automated],
        summary=PolicySummary(
            pending_requests_count=pending.requests, pending_notifications_count=pending.notifications
        ),
    )


def _request(renderer: Renderer, found: Request) -> NotificationRequest:
    return NotificationRequest(
        id=str(found.id),
        created_at=iso(found.created_at),
        updated_at=iso(found.updated_at),
        notifications_count=str(found.count),
        account=renderer.account(found.by),
        last_status=None if found.last_post is None else renderer.status(found.last_post),
    )
