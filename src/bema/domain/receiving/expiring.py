"""Expiring: posts and people of other servers whom nobody here has to do with go after a while, and may come back."""

from bema.model.events import PostDeleted
from bema.model.ids import Millis, PostId
from bema.store import expiring, mentions, posts, tags
from bema.store.tx import WriteTx

_DAY = 86_400_000  # milliseconds


def expire_posts(tx: WriteTx, days: int, after: PostId) -> PostId | None:
    """Forget some posts that are older than so many days; return where to go on, None at the end."""
    last: PostId | None = None
    for id_, uri in expiring.untouched_posts(tx, _since(tx.now, days), after):
        last = id_
        bare = posts.held(tx, id_)
        if bare is None:
            continue
        expiring.unjoin(tx, id_, uri)
        for boost_id, by in posts.remove_boosts(tx, id_):
            tx.emit(PostDeleted(post=boost_id, author=by, boost_of=id_))
        mentioned, tagged = mentions.ids(tx, id_), tags.names(tx, id_)
        posts.remove(tx, id_)
        tx.emit(
            PostDeleted(
                post=id_,
                author=bare.author,
                in_reply_to=bare.in_reply_to,
                visibility=bare.visibility,
                quote_of=bare.quote_of,
                mentioned=tuple(mentioned),
                tags=tuple(tagged),
            )
        )
    return last


def expire_people(tx: WriteTx, days: int) -> bool:
    """Forget some people who were not heard of for so many days; tell whether there were any."""
    found = expiring.untouched_people(tx, _since(tx.now, days))
    for id_ in found:
        expiring.forget_person(tx, id_)
    return bool(found)


def _since(now: Millis, days: int) -> Millis:
    return now - days * _DAY
