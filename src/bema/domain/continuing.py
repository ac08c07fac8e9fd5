"""Continuing: a thread of several posts that were written together is published as one, or not at all."""

from msgspec.structs import replace

from bema.domain.posting import Draft, publish
from bema.model import limits
from bema.model.errors import Invalid, Refusal
from bema.model.ids import AccountId, MediaId, PostId
from bema.model.site import Site
from bema.store.tx import WriteTx


class PartRefused(Refusal):
    """One post of a thread was refused, and so nothing of it was published; `number` says which, `reason` why."""

    def __init__(self, number: int, reason: Refusal) -> None:
        super().__init__(reason.message, details=reason.details, status=reason.status)
        self.number = number
        self.reason = reason


def publish_all(tx: WriteTx, site: Site, author: AccountId, draft: Draft) -> PostId:
    """Publish a post and what continues it, each an answer to the one before; return the first.

    A refusal rises, and whoever began the transaction or savepoint takes back what was published before it.
    """
    if not draft.following:
        return publish(tx, site, author, draft)
    if len(draft.following) >= limits.THREAD_POSTS:
        raise Invalid(f"Validation failed: A thread can have {limits.THREAD_POSTS} posts")
    first = last = _part(tx, site, author, 1, replace(draft, following=[]))
    for number, part in enumerate(draft.following, 2):
        whole = replace(
            part,
            warning=draft.warning,
            sensitive=draft.sensitive,
            visibility=draft.visibility,
            language=draft.language,
            quote_policy=draft.quote_policy,
            app=draft.app,
            in_reply_to=last,
        )
        last = _part(tx, site, author, number, whole)
    return first


def _part(tx: WriteTx, site: Site, author: AccountId, number: int, draft: Draft) -> PostId:
    try:
        return publish(tx, site, author, draft)
    except Refusal as refusal:
        raise PartRefused(number, refusal) from refusal


def files_of(draft: Draft) -> list[MediaId]:
    """List the files of a post and of what continues it."""
    return [*draft.media, *(id_ for part in draft.following for id_ in part.media)]
