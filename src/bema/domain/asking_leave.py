"""Asking leave: what authors elsewhere say to those of this server who asked whether they may answer, boost or favourite.

An answer that waits is its author's alone, a boost that waits is none yet, a favourite stands until the word is no.
"""

from bema.domain import posting, quoting
from bema.model.errors import NotFound
from bema.model.events import PostPublished, PostUnfavourited
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuoteState
from bema.model.searching import fold
from bema.store import allowing, favourites, mentions, posts, quotes, tags
from bema.store.allowing import Answer
from bema.store.tx import WriteTx


def answer_allowed(tx: WriteTx, by: AccountId, id_: PostId, leave: str) -> None:
    """Say an answer that waited, to all whom it is for; `leave` is where others can check that it may be."""
    waiting = _held(tx, by, id_)
    written = posts.load(tx, [id_], waiting.author)[0]
    allowing.say(tx, id_, leave)
    quoted_id = quotes.quoted_by_post(tx, id_)
    quoted = None if quoted_id is None else posts.bare(tx, quoted_id)
    mentions.add(tx, id_, [each.id for each in written.mentions])
    if quoted is not None and quoted.author != waiting.author:
        mentions.let_see(tx, id_, quoted.author)
    tags.tag_post(tx, id_, {fold(each): each for each in written.tags})
    is_let = written.quote is not None and written.quote.state not in ("pending", "rejected", "revoked")
    tx.emit(
        PostPublished(
            post=id_,
            author=waiting.author,
            visibility=waiting.wanted,
            in_reply_to=written.in_reply_to,
            quote_of=quoted.id if quoted is not None and is_let else None,
        )
    )
    if quoted is not None and written.quote is not None and written.quote.state == "pending":
        quoting.ask_if_here(tx, waiting.author, id_, quoted, QuoteState.PENDING)


def answer_refused(tx: WriteTx, by: AccountId, id_: PostId) -> None:
    """Keep an answer for its author alone: the word was no."""
    _held(tx, by, id_)
    allowing.refuse(tx, id_)


def _held(tx: WriteTx, by: AccountId, id_: PostId) -> Answer:
    found = allowing.held_answer(tx, id_)
    if found is None or found.answered_author != by:
        raise NotFound
    return found


def boost_answered(tx: WriteTx, by: AccountId, id_: PostId, leave: str | None) -> bool:
    """Pass on a post that somebody asked to boost, or not where there is no `leave`; False where nobody asked."""
    asked = allowing.boost(tx, id_)
    boosted = None if asked is None else posts.bare(tx, asked.post)
    if asked is None or boosted is None or not allowing.ask_no_more(tx, id_):
        return False
    if boosted.author != by:
        raise NotFound
    if leave is not None:
        posting.pass_on(tx, asked.by, asked.post, max(asked.visibility, boosted.visibility), id_=id_, leave_uri=leave)
    return True


def favourite_refused(tx: WriteTx, by: AccountId, id_: int) -> None:
    """Take back a favourite whose author does not want it; they know, and are not told."""
    found = favourites.by_id(tx, id_)
    liked = None if found is None else posts.bare(tx, found.post)
    if found is None or liked is None or liked.author != by:
        raise NotFound
    if favourites.remove(tx, found.post, found.by) is not None:
        tx.emit(PostUnfavourited(post=found.post, by=found.by))
