"""Scheduling: posts for later. Each is checked when it is written, and published by the same operation as any other.

What is refused when it is due (its parent is gone, its author suspended or frozen) is not lost: it stays in the list with the
reason, to be given another time or thrown away.
"""

import msgspec

from bema.domain.continuing import files_of, publish_all
from bema.domain.posting import Draft, lost_files
from bema.model import limits
from bema.model.decisions import Effect, Subject, SubjectKind
from bema.model.errors import Forbidden, Invalid, NotFound, Refusal
from bema.model.ids import AccountId, Millis, PostId, ScheduledId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Attachment
from bema.store import accounts, decisions, idempotency, media, scheduled, tasks
from bema.store.scheduled import Row
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx, text_of

PUBLISHING = "scheduled"  # the name under which posts for later wait for their time
_DAY = 86_400_000  # milliseconds
_decode = msgspec.json.Decoder(Draft).decode


class Scheduled(msgspec.Struct, frozen=True):
    """A post for later, as its author sees it; `refusal` says why it could not be published when it was due."""

    id: ScheduledId
    due_at: Millis
    draft: Draft
    attachments: list[Attachment]
    refusal: str | None


def schedule(tx: WriteTx, site: Site, author: AccountId, draft: Draft, due: Millis) -> ScheduledId:
    """Keep a post that is to be published later. A repeated idempotency key gives the first one and keeps nothing."""
    key = f"scheduled\n{draft.idempotency_key}" if draft.idempotency_key else None  # no header can say that
    if key is not None and (known := idempotency.scheduled_of(tx, author, key)) is not None:
        return known
    id_ = ScheduledId(tx.new_id())
    if key is not None and (first := idempotency.claim(tx, author, key, id_)) != id_:
        return first
    _check_time(tx, author, id_, due)
    words = msgspec.structs.replace(draft, app=None, idempotency_key=None)
    _rehearse(tx, site, author, words)
    _keep(tx, Row(id_, author, draft.app, due, text_of(words), None, tx.now), draft)
    return id_


def hold_back(tx: WriteTx, site: Site, author: AccountId, draft: Draft, seconds: int) -> ScheduledId | None:
    """Keep a post for some seconds, in which its author can take it back; None where too many posts wait already."""
    id_ = ScheduledId(tx.new_id())
    if scheduled.others(tx, author, id_, tx.now, tx.now)[0] >= limits.SCHEDULED_POSTS:
        return None
    _rehearse(tx, site, author, draft)
    _keep(tx, Row(id_, author, draft.app, Millis(tx.now + seconds * 1_000), text_of(draft), None, tx.now), draft)
    return id_


def take_back(tx: WriteTx, actor: AccountId, id_: ScheduledId) -> None:
    """Let a post that waits for its time be a draft again, which nothing publishes."""
    row, due = _own(tx, actor, id_)
    # Whoever takes a post back has little time to make room: there is twice as much for it.
    if scheduled.other_drafts(tx, actor, id_) >= 2 * limits.DRAFTS:
        raise Invalid(f"Validation failed: You have {limits.DRAFTS} drafts")
    tasks.withdraw(tx, PUBLISHING, _key(id_, due))
    scheduled.move(tx, row.id, None)


def publish_now(tx: WriteTx, site: Site, actor: AccountId, id_: ScheduledId) -> PostId:
    """Publish a post at once that waits for its time; what is refused waits on."""
    row, due = _own(tx, actor, id_)
    tasks.withdraw(tx, PUBLISHING, _key(id_, due))
    return _publish(tx, site, row)


def _keep(tx: WriteTx, row: Row, draft: Draft) -> None:
    scheduled.add(tx, row)
    files = files_of(draft)
    if media.reserve(tx, row.author, row.id, files) < len(set(files)):
        raise lost_files()  # another post was faster
    assert row.due_at is not None
    _await(tx, row.id, row.due_at)


class _Rehearsed(Exception):  # noqa: N818 -- it says what happened: nothing went wrong
    """What is published to see whether it can be is taken back by this."""


def _rehearse(tx: WriteTx, site: Site, author: AccountId, draft: Draft) -> None:
    """Refuse now what would be refused when it is due: publish it, and undo that."""
    try:
        with tx.savepoint():
            publish_all(tx, site, author, draft)
            raise _Rehearsed
    except _Rehearsed:
        pass


def _check_time(tx: WriteTx, author: AccountId, id_: ScheduledId, due: Millis) -> None:
    if due < tx.now + limits.SCHEDULED_SECONDS_MIN * 1_000:
        raise Invalid("Validation failed: Scheduled at must be at least 5 minutes in the future")
    if due > tx.now + limits.SCHEDULED_SECONDS_MAX * 1_000:
        raise Invalid("Validation failed: Scheduled at is too far in the future")
    midnight = due // _DAY * _DAY
    total, that_day = scheduled.others(tx, author, id_, midnight, midnight + _DAY)
    if total >= limits.SCHEDULED_POSTS:
        most = limits.SCHEDULED_POSTS
        raise Invalid(f"Validation failed: You have exceeded the limit of {most} scheduled posts")
    if that_day >= limits.SCHEDULED_POSTS_A_DAY:
        most = limits.SCHEDULED_POSTS_A_DAY
        raise Invalid(f"Validation failed: You have exceeded the limit of {most} scheduled posts for that day")


def page(tx: Tx, actor: AccountId, range_: Range) -> list[Scheduled]:
    """Load a page of what one has scheduled, the newest first."""
    return _load(tx, scheduled.page(tx, actor, range_))


def one(tx: Tx, actor: AccountId, id_: ScheduledId) -> Scheduled:
    """Load one post that one has scheduled; for others there is none."""
    row = scheduled.own(tx, actor, id_)
    if row is None or row.due_at is None:
        raise NotFound
    return _load(tx, [row])[0]


def move(tx: WriteTx, actor: AccountId, id_: ScheduledId, due: Millis) -> None:
    """Give a scheduled post another time."""
    _, before = _own(tx, actor, id_)
    _check_time(tx, actor, id_, due)
    tasks.withdraw(tx, PUBLISHING, _key(id_, before))
    scheduled.move(tx, id_, due)
    _await(tx, id_, due)


def cancel(tx: WriteTx, actor: AccountId, id_: ScheduledId) -> None:
    """Throw a scheduled post away; its files can be used for another."""
    _, due = _own(tx, actor, id_)
    tasks.withdraw(tx, PUBLISHING, _key(id_, due))
    media.free_reserved(tx, id_)
    scheduled.remove(tx, id_)


def publish_due(tx: WriteTx, site: Site, id_: ScheduledId) -> None:
    """Publish what is due, once: it leaves the list in the transaction that publishes it. What is refused stays there."""
    row = scheduled.held(tx, id_)
    if row is None or row.due_at is None or row.due_at > tx.now or row.refusal is not None:
        return
    try:
        with tx.savepoint():
            author = accounts.by_id(tx, row.author)
            if author is None or author.standing is not Standing.ACTIVE:
                raise Forbidden("Your account is suspended")
            if any(
                what is Effect.FREEZE for _, what in decisions.in_force(tx, Subject(SubjectKind.ACCOUNT, row.author))
            ):
                raise Forbidden
            _publish(tx, site, row)
    except Refusal as refusal:
        scheduled.move(tx, id_, row.due_at, refusal.message)


def _publish(tx: WriteTx, site: Site, row: Row) -> PostId:
    media.free_reserved(tx, row.id)
    first = publish_all(tx, site, row.author, msgspec.structs.replace(draft_of(row), app=row.app))
    scheduled.remove(tx, row.id)
    return first


def _own(tx: WriteTx, actor: AccountId, id_: ScheduledId) -> tuple[Row, Millis]:
    """Load one's own post that waits for its time, with that time; a draft waits for none."""
    row = scheduled.own_held(tx, actor, id_)
    if row is None or row.due_at is None:
        raise NotFound
    return row, row.due_at


def draft_of(row: Row) -> Draft:
    """Return what a post that waits is to say."""
    return _decode(row.draft)


def _load(tx: Tx, rows: list[Row]) -> list[Scheduled]:
    drafts = {row.id: msgspec.structs.replace(draft_of(row), app=row.app) for row in rows}
    wanted = [id_ for draft in drafts.values() for id_ in files_of(draft)]
    files = {each.id: each for each in media.reserved(tx, list(drafts))} if wanted else {}
    return [
        Scheduled(row.id, row.due_at, draft, [files[each] for each in draft.media if each in files], row.refusal)
        for row, draft in zip(rows, drafts.values(), strict=True)
        if row.due_at is not None
    ]


def _await(tx: WriteTx, id_: ScheduledId, due: Millis) -> None:
    tasks.add(tx, PUBLISHING, _key(id_, due), str(id_), due=due)


def _key(id_: ScheduledId, due: Millis) -> str:
    return f"{id_}:{due}"  # a post that was moved may have several, of which only the last finds it due
