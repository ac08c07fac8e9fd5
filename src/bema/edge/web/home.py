"""One's own lists: home with the composer above it, what one keeps, and whom one keeps away."""

from bema.domain import announcing, exploring, people, reading
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.composing import composer_for
from bema.edge.web.listing import people_page
from bema.edge.web.pages import Page, page
from bema.edge.web.paging import Part, beside, by_id
from bema.model import limits, views
from bema.model.retrospect import campaign
from bema.model.views import Post
from bema.store.tx import Tx

routes = Routes(Surface.WEB)

_BESIDE = 4  # people and tags shown beside home


@routes.get("/home", needs=Needs.SESSION)
def home(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what those write whom one follows."""
    shown = by_id(reading.home(tx, call.actor, ask.range()))
    newer, older = beside(call, ask, shown)
    return page(
        call,
        tx,
        "home.html",
        posts=shown,
        composer=composer_for(call, tx),
        newer=newer,
        older=older,
        announcements=announcing.shown(tx, call.site, call.actor),
        suggestions=exploring.suggestions(tx, call.actor, _BESIDE),
        tags=exploring.lively_tags(tx, _BESIDE),
        year=campaign(tx.now),
    )


@routes.get("/bookmarks", needs=Needs.SESSION)
def bookmarks(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what one keeps."""
    return _kept(call, tx, ask, "bookmarks", reading.bookmarks(tx, call.actor, ask.range()))


@routes.get("/favourites", needs=Needs.SESSION)
def favourites(call: Call, tx: Tx, ask: Part) -> Page:
    """Read what one favourited."""
    return _kept(call, tx, ask, "favourites", reading.favourites(tx, call.actor, ask.range()))


def _kept(call: Call, tx: Tx, part: Part, name: str, shown: views.Page[Post]) -> Page:
    newer, older = beside(call, part, shown)
    return page(call, tx, "kept.html", list=name, posts=shown, newer=newer, older=older)


@routes.get("/follow-requests", needs=Needs.SESSION)
def follow_requests(call: Call, tx: Tx, ask: Part) -> Page:
    """See who asks to follow."""
    found = people.follow_requests(tx, call.actor, ask.range(limits.PEOPLE_PAGE_DEFAULT))
    return people_page(call, tx, ask, "follow_requests", found)


@routes.get("/blocks", needs=Needs.SESSION)
def blocks(call: Call, tx: Tx, ask: Part) -> Page:
    """See whom one blocks."""
    return people_page(call, tx, ask, "blocks", people.blocked(tx, call.actor, ask.range(limits.PEOPLE_PAGE_DEFAULT)))


@routes.get("/mutes", needs=Needs.SESSION)
def mutes(call: Call, tx: Tx, ask: Part) -> Page:
    """See whom one mutes."""
    found = people.muted(tx, call.actor, ask.range(limits.PEOPLE_PAGE_DEFAULT))
    accounts = views.Page([each.account for each in found.items], found.first, found.last)
    return people_page(call, tx, ask, "mutes", accounts)
