"""Lists that other servers read: what somebody said and pinned, who follows them, what answers a post."""

import msgspec

from bema.domain import featuring, people, recounting
from bema.domain.recounting import Told
from bema.edge.activitypub.documents import document
from bema.edge.activitypub.objects import author_of, told_of
from bema.edge.activitypub.verifying import asker_of
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.federating import origin
from bema.model.ids import parse_id
from bema.model.views import Account, Page, Post
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.activitypub import activities, collections, ids, objects

routes = Routes(Surface.FEDERATION)


class Part(msgspec.Struct, frozen=True):
    """Which part of a list is asked for; without `page`, what the list is."""

    page: bool = False
    max_id: str = ""
    min_id: str = ""

    def range(self, size: int) -> Range:
        """Return the part in the store's terms."""
        return Range(size, max_id=parse_id(self.max_id), min_id=parse_id(self.min_id))


class Answers(msgspec.Struct, frozen=True):
    """Which part of the answers to a post is asked for: the author's own come first, up to `own_until`, then all others."""

    page: bool = False
    own_until: str = ""
    after: str = ""


# --- Of people --------------------------------------------------------------------------------------------------------


@routes.get("/users/{acct}/outbox", answer=dict)
def outbox(call: Call, tx: Tx, ask: Part) -> Answer:
    """Tell what somebody said and boosted, the newest first."""
    author = author_of(call, tx)
    id_ = ids.outbox_id(call.site.actor(author.username))
    if not ask.page:
        return document(call, collections.ordered(id_, author.posts))
    told = recounting.outbox(tx, call.site, call.viewer, author.id, ask.range(limits.TOLD_PAGE))
    items: list[collections.Item] = [activities.said(call.site, each.post, each.names) for each in told]
    shown = Page(items, told[0].post.id, told[-1].post.id) if told else Page(items)
    return _page(call, id_, ask, shown, full=len(told) == limits.TOLD_PAGE)


@routes.get("/users/{acct}/followers", answer=dict)
def followers(call: Call, tx: Tx, ask: Part) -> Answer:
    """Tell who follows somebody; only how many, where they do not show it."""
    author = author_of(call, tx)
    id_ = ids.followers_id(call.site.actor(author.username))
    if author.hide_collections or not ask.page:
        return document(call, collections.ordered(id_, author.followers, paged=not author.hide_collections))
    return _people(call, id_, ask, people.followers(tx, call.viewer, author.id, ask.range(limits.TOLD_PEOPLE)))


@routes.get("/users/{acct}/following", answer=dict)
def following(call: Call, tx: Tx, ask: Part) -> Answer:
    """Tell whom somebody follows; only how many, where they do not show it."""
    author = author_of(call, tx)
    id_ = ids.following_id(call.site.actor(author.username))
    if author.hide_collections or not ask.page:
        return document(call, collections.ordered(id_, author.following, paged=not author.hide_collections))
    return _people(call, id_, ask, people.following(tx, call.viewer, author.id, ask.range(limits.TOLD_PEOPLE)))


@routes.get("/users/{acct}/followers_synchronization", answer=dict)
async def followers_synchronization(call: Call) -> Answer:
    """Tell another server who of its own people follows somebody (FEP-8fcf), whether or not that is shown to others."""
    asker = await asker_of(call)

    def told(tx: Tx) -> Answer:
        author = author_of(call, tx)
        id_ = ids.synchronization_id(call.site.actor(author.username))
        theirs = recounting.followers_on(tx, author.id, origin(asker.uri) or "")
        return document(call, collections.whole(id_, theirs), for_all=False)

    return await call.read(told)


@routes.get("/users/{acct}/collections/featured", answer=dict)
def featured(call: Call, tx: Tx) -> Answer:
    """Tell what somebody pinned to their profile."""
    author = author_of(call, tx)
    id_ = ids.featured_id(call.site.actor(author.username))
    pinned = recounting.pinned(tx, call.site, call.viewer, author.id)
    return document(call, collections.whole(id_, [objects.post(call.site, each.post, each.names) for each in pinned]))


@routes.get("/users/{acct}/collections/tags", answer=dict)
def featured_tags(call: Call, tx: Tx) -> Answer:
    """Tell which tags somebody shows on their profile."""
    author = author_of(call, tx)
    id_ = ids.featured_tags_id(call.site.actor(author.username))
    shown = featuring.tags_of(tx, call.viewer, author.id) if author.show_featured else []
    items = [collections.featured_tag(call.site, author.username, each) for each in shown]
    return document(call, collections.unordered_whole(id_, items))


# --- Of posts ---------------------------------------------------------------------------------------------------------


@routes.get("/users/{acct}/statuses/{id}/replies", answer=dict)
def replies(call: Call, tx: Tx, ask: Answers) -> Answer:
    """Tell what answers a post: first what its author added, then what others said in public."""
    post = _written(told_of(call, tx))
    id_ = ids.replies_id(ids.object_id(call.site, post))
    if ask.own_until:
        own_until, after = parse_id(ask.own_until), parse_id(ask.after or "0")
        if own_until is None or after is None:
            raise NotFound
        part = recounting.other_answers(tx, call.site, post, own_until, after)
        more = None if part.after is None else _others(id_, own_until, part.after)
        return document(
            call, collections.unordered_page(_others(id_, own_until, after), id_, part.uris, following=more)
        )
    own = recounting.own_answers(tx, call.site, post)
    first = collections.unordered_page(f"{id_}?page=true", id_, own.uris, following=_others(id_, own.after or 0, 0))
    return document(call, first if ask.page else collections.unordered(id_, first))


@routes.get("/users/{acct}/statuses/{id}/likes", answer=dict)
def likes(call: Call, tx: Tx) -> Answer:
    """Tell how many favourited a post."""
    post = _written(told_of(call, tx))
    return document(call, collections.counted(ids.likes_id(ids.object_id(call.site, post)), post.favourites))


@routes.get("/users/{acct}/statuses/{id}/shares", answer=dict)
def shares(call: Call, tx: Tx) -> Answer:
    """Tell how many boosted a post."""
    post = _written(told_of(call, tx))
    return document(call, collections.counted(ids.shares_id(ids.object_id(call.site, post)), post.boosts))


class Thread(msgspec.Struct, frozen=True):
    """Which part of a thread is asked for."""

    page: bool = False
    after: str = ""


@routes.get("/contexts/{id}", answer=dict)
def thread(call: Call, tx: Tx, ask: Thread) -> Answer:
    """Tell all that was said in public in a thread that began here (FEP-7888)."""
    first, after = call.path_id(), parse_id(ask.after or "0")
    if after is None:
        raise NotFound
    id_ = ids.context_id(call.site, first)
    part = recounting.thread(tx, call.site, first, after)
    more = None if part.after is None else f"{id_}?page=true&after={part.after}"
    place = f"{id_}?page=true&after={after}" if after else f"{id_}?page=true"
    shown = collections.unordered_page(place, id_, part.uris, following=more)
    return document(call, shown if ask.page else collections.unordered(id_, shown))


def _others(id_: str, own_until: int, after: int) -> str:
    return f"{id_}?page=true&own_until={own_until}" + (f"&after={after}" if after else "")


def _written(told: Told) -> Post:
    """Return a post that is no boost: nothing belongs to those."""
    if told.post.boost_of is not None:
        raise NotFound
    return told.post


def _people(call: Call, id_: str, ask: Part, found: Page[Account]) -> Answer:
    items: list[collections.Item] = [ids.actor_id(call.site, each) for each in found.items]
    return _page(call, id_, ask, Page(items, found.first, found.last), full=len(found.items) == limits.TOLD_PEOPLE)


def _page(call: Call, id_: str, ask: Part, shown: Page[collections.Item], *, full: bool) -> Answer:
    """Write part of a list that is paged by ids; the parts beside it are named where there may be one."""
    start = f"{id_}?page=true"
    place = start + (f"&max_id={ask.max_id}" if ask.max_id else "") + (f"&min_id={ask.min_id}" if ask.min_id else "")
    older = f"{start}&max_id={shown.last}" if shown.last is not None and (full or ask.min_id) else None
    newer = f"{start}&min_id={shown.first}" if shown.first is not None and (ask.max_id or ask.min_id) else None
    return document(call, collections.ordered_page(place, id_, shown.items, following=older, before=newer))
