"""What anybody may read: the front page, public timelines, profiles, posts with their threads, tags."""

from typing import Any

import msgspec

from bema.domain import (
    collecting,
    editing,
    exploring,
    featuring,
    moving_out,
    people,
    reading,
    tagging,
    threading,
    trending,
)
from bema.domain.receiving import asking
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web import listing, policies
from bema.edge.web.composing import composer_for
from bema.edge.web.pages import Page, page
from bema.edge.web.paging import Part, beside, by_id
from bema.edge.web.square import figures
from bema.model import limits, views
from bema.model.errors import NotFound
from bema.model.ids import PostId
from bema.model.mailing import offered
from bema.model.views import Account, Post
from bema.store.timelines import Filter, Range
from bema.store.tx import Tx

routes = Routes(Surface.WEB)

_TRENDS = 5  # tags and pages that trend
_BESIDE = 6  # tags and people shown beside a page
_MEMBERS = 12  # people shown on the front page
_FRONT_POSTS = 10
_BRANCH_DEPTH = 6  # levels of a thread that are indented; deeper answers follow in reading order

# --- The square -------------------------------------------------------------------------------------------------------


@routes.get("/")
def front(call: Call, tx: Tx) -> Page:
    """See what this square is."""
    posts = reading.public(tx, call.viewer, Filter(local=True), Range(_FRONT_POSTS))
    return page(
        call,
        tx,
        "front.html",
        rules=policies.rules(call, tx),
        members=exploring.speakers(tx, call.viewer, _MEMBERS),
        posts=by_id(posts),
        figures=figures(call, tx),
        tags=exploring.lively_tags(tx, _BESIDE),
        older=f"/public/local?max_id={posts[-1].id}" if len(posts) == _FRONT_POSTS else None,
        canonical=call.site.base + "/",
    )


@routes.get("/explore")
def explore(call: Call, tx: Tx) -> Page:
    """See what goes on."""
    unreviewed = not call.parts.settings.trends_reviewed
    risen = trending.popular(tx, call.viewer, limits.PAGE_DEFAULT, unreviewed=unreviewed)
    reasons = {each.post.id: each.people for each in risen}
    lively = exploring.lively_posts(tx, call.viewer, limits.PAGE_MAX)
    return page(
        call,
        tx,
        "explore.html",
        tab="explore",
        posts=by_id([*[each.post for each in risen], *[post for post in lively if post.id not in reasons]]),
        tags=exploring.lively_tags(tx, _BESIDE),
        newer=None,
        older=None,
        trending_tags=trending.tags(tx, call.viewer, _TRENDS, unreviewed=unreviewed),
        trending_links=trending.links(tx, _TRENDS, unreviewed=unreviewed),
        reasons=reasons,
    )


@routes.get("/public/local")
def local(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what is said in the square."""
    return _explore(call, tx, "local", ask, reading.public(tx, call.viewer, Filter(local=True), ask.range()))


@routes.get("/public/network")
def network(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what is said in the square and in all others that it knows."""
    return _explore(call, tx, "network", ask, reading.public(tx, call.viewer, Filter(), ask.range()))


def _explore(call: Call, tx: Tx, tab: str, part: Part, posts: list[Post]) -> Page:
    shown = by_id(posts)
    newer, older = beside(call, part, shown)
    tags_beside = exploring.lively_tags(tx, _BESIDE)
    nothing: dict[str, Any] = {"trending_tags": [], "trending_links": [], "reasons": {}}
    return page(call, tx, "explore.html", tab=tab, posts=shown, tags=tags_beside, newer=newer, older=older, **nothing)


@routes.get("/tags/{name}")
def tag(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what carries a tag."""
    name = call.path_values["name"]
    shown = by_id(reading.tagged(tx, call.viewer, name, ask.range(), Filter()))
    newer, older = beside(call, ask, shown)
    known = tagging.tag(tx, call.viewer, name)
    feed = f"{call.site.tag(known.name)}/feed.atom"
    return page(call, tx, "tag.html", tag=known, posts=shown, newer=newer, older=older, feed=feed)


# --- People -----------------------------------------------------------------------------------------------------------


@routes.get("/@{acct}")
def profile(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what somebody wrote."""
    return _profile(call, tx, ask, "posts", reading.Selection(without_replies=True))


@routes.get("/@{acct}/with_replies")
def profile_with_replies(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what somebody wrote and answered."""
    return _profile(call, tx, ask, "replies", reading.Selection())


@routes.get("/@{acct}/media")
def profile_media(call: Call, tx: Tx, ask: Part) -> Page:
    """See the pictures somebody posted."""
    return _profile(call, tx, ask, "media", reading.Selection(only_media=True, without_boosts=True))


@routes.get("/@{acct}/tagged/{name}")
def profile_tagged(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what somebody wrote with a tag."""
    return _profile(call, tx, ask, "posts", reading.Selection(tag=call.path_values["name"]))


@routes.get("/@{acct}/about")
def profile_about(call: Call, tx: Tx) -> Page:
    """Read about somebody."""
    return _profile(call, tx, Part(), "about", None)


def _moved(tx: Tx, account: Account) -> Account | None:
    """Return who somebody is from now on."""
    gone = moving_out.removal(tx, account.id) if account.domain is None else None
    to = account.moved_to if gone is None else gone.to
    return None if to is None else next(iter(people.by_ids(tx, [to])), None)


def _profile(call: Call, tx: Tx, part: Part, tab: str, selection: reading.Selection | None) -> Page:
    account = account_of(call, tx)
    if tab == "media" and not account.show_media:
        raise NotFound
    if tab == "media" and selection is not None and not account.show_media_replies:
        selection = msgspec.structs.replace(selection, without_replies=True)
    written = [] if selection is None else reading.by_author(tx, call.viewer, account.id, selection, part.range())
    shown = by_id(written)
    newer, older = beside(call, part, shown)
    tagged = None if selection is None else selection.tag
    first_page = tab == "posts" and tagged is None and part.max_id is None and part.min_id is None
    portrait = account.avatar.original.key if account.avatar is not None else None
    return page(
        call,
        tx,
        "profile.html",
        account=account,
        relationship=listing.relationships(call, tx, [account]).get(account.id),
        moved=_moved(tx, account),
        tab=tab,
        pinned=reading.pinned(tx, call.viewer, account.id) if first_page else [],
        tagged=tagged,
        by_email=tab == "posts" and call.viewer is None and offered(call.site, account),
        **_featured(call, tx, account, shown=first_page and account.show_featured),
        posts=shown,
        newer=newer,
        older=older,
        hidden=None,
        canonical=call.site.profile(account.acct),
        picture=call.site.media(portrait) if portrait else None,
        robots=None if account.indexable else "noindex",
        document=account.uri or call.site.actor(account.username),
        feed=f"{call.site.profile(account.acct)}/feed.atom" if account.domain is None else None,
    )


def _featured(call: Call, tx: Tx, account: Account, *, shown: bool) -> dict[str, Any]:
    """Load the tags, people and collections that an account shows on its profile."""
    if not shown:
        return {"featured_tags": [], "recommended": [], "collections": []}
    tags = featuring.tags_of(tx, call.viewer, account.id)
    people = featuring.endorsed(tx, call.viewer, account.id, Range(_BESIDE))
    collections = collecting.of_owner(tx, call.viewer, account.id, limits.COLLECTIONS, 0)
    return {"featured_tags": tags, "recommended": people.items, "collections": collections}


@routes.get("/@{acct}/followers")
def followers(call: Call, tx: Tx, ask: Part) -> Page:
    """See who follows somebody."""
    return _circle(call, tx, ask, "followers")


@routes.get("/@{acct}/following")
def following(call: Call, tx: Tx, ask: Part) -> Page:
    """See whom somebody follows."""
    return _circle(call, tx, ask, "following")


def _circle(call: Call, tx: Tx, part: Part, name: str) -> Page:
    account = account_of(call, tx)
    load = people.followers if name == "followers" else people.following
    found = load(tx, call.viewer, account.id, part.range(limits.PEOPLE_PAGE_DEFAULT))
    hidden = account.hide_collections and account.id != call.viewer
    return listing.people_page(call, tx, part, name, found, account=account, hidden=hidden)


# --- Posts ------------------------------------------------------------------------------------------------------------


@routes.get("/@{acct}/{id}")
async def post(call: Call) -> Page:
    """Read a post with its thread; what is missing of it is looked for, and is there when one looks again."""
    answer, lacking = await call.read(_thread, call)
    if lacking is not None:
        await call.write(asking.ask_lacking, lacking)
    return answer


def _thread(tx: Tx, call: Call) -> tuple[Page, PostId | None]:
    thread = threading.thread(tx, call.viewer, post_of(call, tx).id)
    shown = thread.post
    lacks = asking.lacks(tx, call.viewer, shown)
    portrait = shown.author.avatar.original.key if shown.author.avatar is not None else None
    pictures = [each.small.key for each in shown.attachments if each.small.key and not shown.sensitive]
    picture = next(iter(pictures), portrait)
    answer = page(
        call,
        tx,
        "post.html",
        thread=thread,
        branches=branches(thread),
        composer=composer_for(call, tx, shown) if call.session is not None else None,
        canonical=shown.url or call.site.post(shown.author.acct, shown.id),
        picture=call.site.media(picture) if picture else None,
        robots=None if shown.author.indexable else "noindex",
        document=shown.uri or call.site.object(shown.author.username, shown.id),
    )
    return answer, shown.id if lacks else None


@routes.get("/@{acct}/{id}/history")
def history(call: Call, tx: Tx) -> Page:
    """Read what a post said before."""
    shown = post_of(call, tx)
    _, versions = editing.history(tx, call.viewer, shown.id)
    return page(call, tx, "history.html", post=shown, versions=versions[::-1])


@routes.get("/@{acct}/{id}/favourites")
def favourited_by(call: Call, tx: Tx, ask: Part) -> Page:
    """See who favourited a post."""
    shown = post_of(call, tx)
    found = reading.favourited_by(tx, call.viewer, shown.id, ask.range(limits.PEOPLE_PAGE_DEFAULT))
    return listing.people_page(call, tx, ask, "favourites", found, post=shown)


@routes.get("/@{acct}/{id}/boosts")
def boosted_by(call: Call, tx: Tx, ask: Part) -> Page:
    """See who boosted a post."""
    shown = post_of(call, tx)
    found = reading.boosted_by(tx, call.viewer, shown.id, ask.range(limits.PEOPLE_PAGE_DEFAULT))
    return listing.people_page(call, tx, ask, "boosts", found, post=shown)


def branches(thread: views.Thread) -> list[Any]:
    """Arrange answers as a tree of (post, answers); below the deepest level they follow each other in reading order."""
    roots: list[Any] = []
    places: dict[PostId, tuple[list[Any], int]] = {thread.post.id: (roots, 0)}
    for each in thread.descendants:
        siblings, depth = places.get(each.in_reply_to or PostId(0), (roots, 0))
        answers: list[Any] = []
        siblings.append((each, answers))
        places[each.id] = (answers, depth + 1) if depth + 1 < _BRANCH_DEPTH else (siblings, depth)
    return roots


def post_of(call: Call, tx: Tx) -> Post:
    """Return the post that the path names; its author's name in the path must be right."""
    loaded = reading.post(tx, call.viewer, call.path_id())
    shown = loaded.boost_of or loaded
    if call.path_values["acct"].lower() not in (loaded.author.acct.lower(), shown.author.acct.lower()):
        raise NotFound
    return shown


def account_of(call: Call, tx: Tx) -> Account:
    """Return the account that the path names."""
    return people.by_acct(tx, call.site, call.path_values["acct"])
