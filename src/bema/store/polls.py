"""Polls: who voted for what, and how many did; what is asked stands in the post."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, delete, select, update

from bema.model.ids import AccountId, PostId
from bema.model.views import Poll, PollTerms
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import poll, poll_vote, post
from bema.store.tx import Tx, WriteTx, text_of

terms_of = msgspec.json.Decoder(PollTerms).decode
_numbers = msgspec.json.Decoder(list[int]).decode
_viewer = bindparam("viewer", type_=BigInteger, required=True)
_mine = and_(poll_vote.c.post_id == poll.c.post_id, poll_vote.c.account_id == _viewer)
_standings = (
    select(poll.c.post_id, poll.c.tallies, poll.c.voters, poll_vote.c.choices)
    .select_from(poll.outerjoin(poll_vote, _mine))
    .where(one_of_ids(poll.c.post_id))
)
Asked = tuple[PollTerms, AccountId]  # what is asked, and by whom


def load(tx: Tx, asked: Mapping[PostId, Asked], viewer_id: AccountId | None) -> dict[PostId, Poll]:
    """Load polls as a viewer sees them, by their posts, in one statement; in none where there are none."""
    if not asked:
        return {}
    rows = {row[0]: row for row in tx.all(_standings, {"ids": list(asked), "viewer": viewer_id})}
    return {id_: _poll(tx, id_, each, rows[id_], viewer_id) for id_, each in asked.items() if id_ in rows}


def _poll(tx: Tx, id_: PostId, asked: Asked, row: Any, viewer_id: AccountId | None) -> Poll:
    terms, author = asked
    own = None
    if viewer_id is not None:
        own = [] if row[3] is None else _numbers(row[3])
    closed = terms.expires_at is not None and terms.expires_at <= tx.now
    return Poll(id_, terms, _numbers(row[1]), row[2], closed, own, viewer_id == author)


_terms = select(post.c.poll).where(post.c.id == bindparam("id"))


def terms(tx: Tx, id_: PostId) -> PollTerms | None:
    """Load what a post asks now."""
    body = tx.value(_terms, {"id": id_})
    return None if body is None else terms_of(body)


# --- Writing ----------------------------------------------------------------------------------------------------------

_open = insert(poll).values(
    post_id=bindparam("post"), tallies=bindparam("tallies"), voters=bindparam("voters"), ended=bindparam("ended")
)
_held = select(poll.c.tallies, poll.c.voters, poll.c.ended).where(poll.c.post_id == bindparam("post")).with_for_update()
_close = delete(poll).where(poll.c.post_id == bindparam("post"))
_count = (
    update(poll)
    .where(poll.c.post_id == bindparam("key"))
    .values(tallies=bindparam("tallies"), voters=bindparam("voters"), ended=bindparam("ended"))
)
_add_vote = (
    insert(poll_vote)
    .values(post_id=bindparam("post"), account_id=bindparam("account"), choices=bindparam("choices"))
    .on_conflict_do_nothing()
)
_choices = select(poll_vote.c.choices).where(
    poll_vote.c.post_id == bindparam("post"), poll_vote.c.account_id == bindparam("account")
)
_change_vote = (
    update(poll_vote)
    .where(poll_vote.c.post_id == bindparam("post"), poll_vote.c.account_id == bindparam("account"))
    .values(choices=bindparam("chosen"))
)
_remove_vote = (
    delete(poll_vote)
    .where(poll_vote.c.post_id == bindparam("post"), poll_vote.c.account_id == bindparam("account"))
    .returning(poll_vote.c.choices)
)
_remove_votes = delete(poll_vote).where(poll_vote.c.post_id == bindparam("post"))


class Standing(msgspec.Struct, frozen=True):
    """How a poll stands; `ended` says that its end was told."""

    tallies: list[int]
    voters: int = 0
    ended: bool = False

    def with_vote(self, choices: Sequence[int], by: int = 1) -> "Standing":
        """Count one more vote, or (`by` is -1) one less."""
        tallies = [tally + by * (at in choices) for at, tally in enumerate(self.tallies)]
        return msgspec.structs.replace(self, tallies=tallies, voters=self.voters + by)


def open_(tx: WriteTx, id_: PostId, options: int) -> None:
    """Begin to count what is voted on a post."""
    tx.run(_open, {"post": id_, "tallies": text_of([0] * options), "voters": 0, "ended": False})


def held(tx: WriteTx, id_: PostId) -> Standing | None:
    """Load how a poll stands, and let nobody vote or end it until this transaction ends: no vote is counted over another."""
    row = tx.first(_held, {"post": id_})
    return None if row is None else Standing(_numbers(row[0]), row[1], bool(row[2]))


def stand(tx: WriteTx, id_: PostId, standing: Standing) -> None:
    """Store how a poll stands."""
    parameters = {"tallies": text_of(standing.tallies), "voters": standing.voters, "ended": standing.ended}
    tx.run(_count, {"key": id_, **parameters})


def close(tx: WriteTx, id_: PostId) -> None:
    """Forget a poll with all votes; its post asks no more."""
    tx.run(_close, {"post": id_})


def add_vote(tx: WriteTx, id_: PostId, account_id: AccountId, choices: Sequence[int]) -> bool:
    """Record what somebody chose; False when they had voted already."""
    return tx.run(_add_vote, {"post": id_, "account": account_id, "choices": text_of(list(choices))}) > 0


def choices(tx: Tx, id_: PostId, account_id: AccountId) -> list[int]:
    """Return what somebody chose."""
    found = tx.value(_choices, {"post": id_, "account": account_id})
    return [] if found is None else _numbers(found)


def change_vote(tx: WriteTx, id_: PostId, account_id: AccountId, chosen: Sequence[int]) -> None:
    """Record that somebody chose more than they first said."""
    tx.run(_change_vote, {"post": id_, "account": account_id, "chosen": text_of(list(chosen))})


def remove_vote(tx: WriteTx, id_: PostId, account_id: AccountId) -> list[int]:
    """Forget what somebody chose, and return it."""
    choices = tx.value(_remove_vote, {"post": id_, "account": account_id})
    return [] if choices is None else _numbers(choices)


def remove_votes(tx: WriteTx, id_: PostId) -> None:
    """Forget what everybody chose."""
    tx.run(_remove_votes, {"post": id_})
