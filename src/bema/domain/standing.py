"""Standing: what was decided about somebody, told to themselves: all of it, with what proves it to anybody they show it to."""

from collections.abc import Sequence

import msgspec

from bema.domain import appealing, recording
from bema.domain.recording import Receipt
from bema.model import limits
from bema.model.appealing import Appeal
from bema.model.decisions import BEGUN, Decision, Subject, SubjectKind
from bema.model.errors import NotFound
from bema.model.ids import AccountId, Millis, PostId
from bema.model.views import Post
from bema.store import appeals, decisions, posts, public_log, standing
from bema.store.standing import Done
from bema.store.timelines import Range
from bema.store.tx import Tx


class Ruling(msgspec.Struct, frozen=True):
    """A decision as the person hears of it whom it is about."""

    decision: Decision
    done: list[Done]
    content: bytes  # of its entry in the public log
    place: int
    signed: bool  # so that there is a receipt
    approved_by: int | None  # the entry that says that it is provisional no more
    posts: list[Post]  # what it is about, as far as it is still there
    appeal: Appeal | None  # the newest
    contestable: bool  # whether one can object at this moment

    @property
    def over(self) -> bool:
        """Whether nothing of it is in force any more; of what only says something nothing ever was."""
        return bool(self.done) and all(each.over for each in self.done)

    @property
    def contestable_until(self) -> Millis:
        """Until when one can object."""
        return Millis(self.decision.starts_at + limits.APPEAL_WINDOW_SECONDS * 1_000)


def rulings(tx: Tx, actor: AccountId, range_: Range) -> list[Ruling]:
    """Return a page of what was decided about an account, the newest first."""
    return _told(tx, actor, decisions.of_account(tx, actor, range_))


def ruling(tx: Tx, actor: AccountId, decision_id: int) -> Ruling:
    """Return one decision about an account."""
    told = _told(tx, actor, [_own(tx, actor, decision_id)])
    if not told:
        raise NotFound
    return told[0]


def receipt(tx: Tx, actor: AccountId, decision_id: int) -> Receipt:
    """Return what proves a decision offline and opens what the public log only promises, for the person it is about."""
    decision = _own(tx, actor, decision_id)
    place = public_log.of_decisions(tx, [decision.id]).get(decision.id)
    found = None if place is None else recording.receipt(tx, place[0], opened=recording.values_of(tx, decision.id))
    if found is None:
        raise NotFound  # it is not signed yet
    return found


def _own(tx: Tx, actor: AccountId, decision_id: int) -> Decision:
    found = decisions.by_ids(tx, [decision_id]).get(decision_id)
    own = found is not None and found.subject == Subject(SubjectKind.ACCOUNT, actor)
    if found is None or not own or found.state not in BEGUN:  # of what is only proposed nobody is told
        raise NotFound
    return found


def _told(tx: Tx, actor: AccountId, found: Sequence[Decision]) -> list[Ruling]:
    ids = [each.id for each in found]
    entries, done = public_log.of_decisions(tx, ids), standing.done_by(tx, ids)
    approved = public_log.of_decisions(tx, ids, approvals=True)
    objected = appeals.of_decisions(tx, ids)
    newest = public_log.newest_signed(tx)
    size = 0 if newest is None else newest.size
    own = _own_posts(tx, actor, {post_id for each in found for post_id in each.posts})
    return [
        Ruling(
            each,
            done[each.id],
            entries[each.id][1],
            entries[each.id][0],
            entries[each.id][0] < size,
            approved[each.id][0] if each.id in approved else None,
            [own[post_id] for post_id in each.posts if post_id in own],
            objected[each.id][-1] if objected[each.id] else None,
            appealing.is_contestable(each, objected[each.id], tx.now),
        )
        for each in found
        if each.id in entries
    ]


def _own_posts(tx: Tx, actor: AccountId, ids: set[PostId]) -> dict[PostId, Post]:
    """Load posts of one's own, those too that are shown to nobody any more."""
    loaded = posts.load(tx, sorted(ids), None) if ids else []
    return {each.id: each for each in loaded if each.author.id == actor}
