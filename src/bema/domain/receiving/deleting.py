"""Deleting: what is left when somebody of another server, or their leave to quote, is gone."""

from bema.domain import leaving, posting
from bema.model.events import QuoteRevoked
from bema.model.ids import AccountId, PostId
from bema.store import posts as stored
from bema.store import quotes, remote_posts, tombstones
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


def forget_person(tx: WriteTx, id_: AccountId) -> None:
    """Delete an account with all that it said, as if they had left from here; nobody else comes by the same id."""
    leaving.leave(tx, id_)


def forget_post(tx: WriteTx, id_: PostId, uri: str) -> None:
    """Delete a post of another server that is not there any more."""
    post = stored.held(tx, id_, in_any_case=True)
    if post is None:
        return
    tombstones.add(tx, uri)
    posting.destroy(tx, post, with_files=True)


def revoke_leave(tx: WriteTx, by: Known, leave: str) -> None:
    """End the quotes that rest on a leave of theirs which is no more."""
    for quoting in remote_posts.quotes_by_leave(tx, leave):
        bare = stored.bare(tx, quoting)
        if bare is None or bare.quote_of is None:
            continue
        quoted = stored.bare(tx, bare.quote_of)
        if quoted is not None and quoted.author == by.id and quotes.revoke(tx, quoting, quoted.id):
            tx.emit(QuoteRevoked(post=quoting, author=bare.author, quote_of=quoted.id))
    tombstones.add(tx, leave)
