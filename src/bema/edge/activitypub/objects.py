"""What people here said, as other servers read it: posts, boosts, and what stands for them once they are gone."""

from bema.domain import recounting
from bema.domain.recounting import Told
from bema.edge.activitypub.documents import document, to_page, wants_page
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.errors import NotFound
from bema.model.ids import PostId
from bema.model.policy import Standing, Visibility
from bema.model.views import Account
from bema.store import accounts, custom_emojis, tombstones
from bema.store.tombstones import of_post
from bema.store.tx import Tx
from bema.wire.activitypub import activities, ids, objects

routes = Routes(Surface.FEDERATION)


@routes.get("/users/{acct}/statuses/{id}", answer=dict)
def post(call: Call, tx: Tx) -> Answer:
    """Tell a post, or a boost; browsers are sent to its page."""
    author, id_ = author_of(call, tx), call.path_id()
    if wants_page(call):
        return to_page(call, call.site.post(author.username, id_))
    return _tell(call, tx, author, id_)


@routes.get("/@{acct}/{id}", answer=dict)
def page(call: Call, tx: Tx) -> Answer:
    """Tell a post at the address of its page."""
    return _tell(call, tx, author_of(call, tx), call.path_id())


@routes.get("/users/{acct}/statuses/{id}/activity", answer=dict)
def activity(call: Call, tx: Tx) -> Answer:
    """Tell how a post came to be: that it was written, or boosted."""
    told = told_of(call, tx)
    return document(call, activities.said(call.site, told.post, told.names), for_all=is_for_all(told))


@routes.get("/users/{acct}/quote_authorizations/{id}", answer=dict)
def quote_stamp(call: Call, tx: Tx) -> Answer:
    """Tell that the author of a post gave leave to quote it."""
    author, id_ = author_of(call, tx), call.path_id()
    quoting, quoted = recounting.stamped(tx, call.site, call.viewer, author, id_)
    actor = call.site.actor(author.username)
    return document(call, objects.quote_stamp(actor, quoting, quoted, ids.quote_stamp_id(actor, id_)))


@routes.get("/emojis/{shortcode}", answer=dict)
def emoji(call: Call, tx: Tx) -> Answer:
    """Tell where the picture of a custom emoji is."""
    found = custom_emojis.used(tx, [call.path_values["shortcode"]])
    if not found:
        raise NotFound
    return document(call, objects.emoji(call.site, found[0]))


def author_of(call: Call, tx: Tx) -> Account:
    """Load whom the path names: somebody of this server who takes part."""
    account = accounts.by_handle(tx, call.path_values["acct"], None)
    if account is None or account.standing is not Standing.ACTIVE:
        raise NotFound
    return account


def told_of(call: Call, tx: Tx) -> Told:
    """Load the post that the path names, as far as the one who asks may see it."""
    return recounting.one(tx, call.site, call.viewer, author_of(call, tx), call.path_id())


def is_for_all(told: Told) -> bool:
    """Tell whether anybody may read a post."""
    return told.post.visibility <= Visibility.UNLISTED


def _tell(call: Call, tx: Tx, author: Account, id_: PostId) -> Answer:
    try:
        told = recounting.one(tx, call.site, call.viewer, author, id_)
    except NotFound:
        if tombstones.covers(tx, of_post(author.id, id_)):
            gone = objects.tombstone(call.site.object(author.username, id_))
            return document(call, gone, status=410)
        raise
    if told.post.boost_of is not None:
        return document(call, activities.announce(call.site, told.post), for_all=is_for_all(told))
    return document(call, objects.post(call.site, told.post, told.names), for_all=is_for_all(told))
