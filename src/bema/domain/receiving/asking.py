"""Asking for what is missing of a profile or a thread: each asking is a task, which `filling` performs."""

from bema.domain.receiving import people
from bema.model import limits
from bema.model.ids import AccountId, Millis, PostId
from bema.model.views import Poll, Post
from bema.store import polls, remote_actors, remote_posts, tasks
from bema.store.remote_actors import Known
from bema.store.tx import Tx, WriteTx

FILLING = "filling"  # the name under which it waits


def ask_profile(tx: WriteTx, id_: AccountId) -> None:
    """Have the newest posts, pins and numbers of somebody fetched whom somebody here follows or asks to."""
    known = remote_actors.by_id(tx, id_)
    if known is not None and (
        known.filled_at is None or known.filled_at + limits.REMOTE_FRESH_SECONDS * 1_000 < tx.now
    ):
        tasks.add(tx, FILLING, f"profile:{id_}", f"profile:{id_}")


def ask_person(tx: WriteTx, known: Known) -> None:
    """Have somebody's document read again who was heard of, if that was not done for a day."""
    if people.is_stale(tx, known):
        tasks.add(tx, FILLING, f"person:{known.id}", f"person:{known.id}")


def ask_pins(tx: WriteTx, id_: AccountId) -> None:
    """Have looked at what somebody has pinned who says something new of themselves, if they are followed here."""
    if remote_posts.is_followed(tx, id_):
        tasks.add(tx, FILLING, f"pins:{id_}", f"pins:{id_}")


def ask_above(tx: WriteTx, id_: PostId) -> None:
    """Have what a post answers fetched, and what that answers, if it is not known."""
    beside = remote_posts.beside(tx, id_)
    if beside is not None and beside.answers is not None:
        tasks.add(tx, FILLING, f"above:{id_}", f"above:{id_}")


def lacks(tx: Tx, viewer: AccountId | None, post: Post) -> bool:
    """Tell whether the thread of a post that somebody looks at, or votes in its poll, should be looked for."""
    if viewer is None or post.local:
        return False
    return remote_posts.is_unfilled(tx, post.id) or lacks_votes(tx, post.id, post.poll)


def ask_lacking(tx: WriteTx, id_: PostId) -> None:
    """Have what a post answers fetched, the answers to it, and the votes in its poll."""
    if remote_posts.is_unfilled(tx, id_):
        ask_above(tx, id_)
        ask_below(tx, id_)
        remote_posts.looked(tx, id_)
    ask_votes(tx, id_)


def lacks_answers(tx: Tx, id_: PostId) -> bool:
    """Tell whether answers to a post should be looked for."""
    return remote_posts.unlooked(tx, id_) is not None


def lacks_votes(tx: Tx, id_: PostId, poll: Poll | None) -> bool:
    """Tell whether a poll of another server is open and was not read lately; what is over is read once by itself."""
    return poll is not None and not poll.closed and remote_posts.was_read_before(tx, id_, _lately(tx))


def ask_votes(tx: WriteTx, id_: PostId) -> None:
    """Have a post read again for the votes in its poll, if that was not done lately."""
    if polls.terms(tx, id_) is not None and remote_posts.was_read_before(tx, id_, _lately(tx)):
        remote_posts.read_again(tx, id_)
        tasks.add(tx, FILLING, f"votes:{id_}", f"again:{id_}")


def _lately(tx: Tx) -> Millis:
    return tx.now - limits.POLL_AGAIN_SECONDS * 1_000


def look_again(tx: WriteTx, id_: PostId) -> None:
    """Have a post read again of which somebody else says that it changed, or is gone."""
    tasks.add(tx, FILLING, f"look:{id_}", f"look:{id_}")


def ask_below(tx: WriteTx, id_: PostId) -> None:
    """Have the answers to a post fetched, and the answers to these."""
    if lacks_answers(tx, id_):
        remote_posts.looked(tx, id_)
        tasks.add(tx, FILLING, f"below:{id_}", f"below:{id_}")


def ask_quote(tx: WriteTx, id_: PostId) -> None:
    """Have looked at whether a post may quote what it quotes, and that fetched."""
    pending = remote_posts.pending_quote(tx, id_)
    if pending is not None and pending.leave is not None:
        tasks.add(tx, FILLING, f"quote:{id_}", f"quote:{id_}")


def ask_named(tx: WriteTx, id_: PostId) -> None:
    """Have those fetched whom a post names and nobody here knows, so that whoever answers reaches them, too."""
    tasks.add(tx, FILLING, f"named:{id_}", f"named:{id_}")


def ask_again(tx: WriteTx, id_: PostId) -> None:
    """Have a post read again: its poll is over, and its numbers are final where it was asked."""
    if remote_posts.beside(tx, id_) is not None:
        tasks.add(tx, FILLING, f"again:{id_}", f"again:{id_}", due=tx.now + limits.POLL_FINAL_SECONDS * 1_000)
