"""Between servers by hand: somebody of another server is sent home to follow there; who comes from elsewhere is led on here."""

import re
from urllib.parse import quote

import msgspec

from bema.domain import people, reading, searching
from bema.domain.receiving.gathering import Found
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.filters import post_url, profile_url
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.model import limits, views
from bema.model.errors import NotFound
from bema.model.views import Account
from bema.outside.unfetched import Unfetched
from bema.store.tx import Tx
from bema.wire.activitypub.ids import object_id

routes = Routes(Surface.WEB)

HANDLE = re.compile(r"(?:acct:)?@?([\w.\-]{1,100})@([\w.\-]{1,253}(?::\d{1,5})?)", re.IGNORECASE)


class Elsewhere(msgspec.Struct, frozen=True):
    """Who somebody is on their own server."""

    handle: str = ""


class Interaction(msgspec.Struct, frozen=True):
    """What somebody wants to have to do with: the address of a person, or of something."""

    uri: str = ""


@routes.get("/authorize_interaction", needs=Needs.SESSION)
async def interact(call: Call, ask: Interaction) -> Redirect:
    """Be led to somebody or something of another server, to follow, answer or favourite from here."""
    uri = ask.uri.strip()[: limits.URL_CHARACTERS]
    return await call.read(_lead, call, uri, await call.parts.gatherer.find(uri))


def _lead(tx: Tx, call: Call, uri: str, found: Found) -> Redirect:
    there = searching.found(tx, call.viewer, found.account, found.post)
    there = there or searching.addressed(tx, call.site, call.viewer, uri)
    match there or _of_here(tx, call, uri):
        case views.Account() as account:
            return Redirect(profile_url(account))
        case views.Post() as post:
            return Redirect(post_url(post))
    return Redirect(f"/search?q={quote(uri, safe='')}")  # where it says that nothing was found, and what else could be


def _of_here(tx: Tx, call: Call, uri: str) -> Account | None:
    match = HANDLE.fullmatch(uri)
    if match is None or not call.site.is_here(match[2]):
        return None
    try:
        return people.by_acct(tx, call.site, match[1])
    except NotFound:
        return None


@routes.post("/@{acct}/follow_elsewhere", rate="follow_elsewhere")
async def follow_elsewhere(call: Call, ask: Elsewhere) -> Page:
    """Find out where somebody's own server lets them follow, and show the way there."""
    account = await call.read(_of_path, call)
    template = await _way(call, ask.handle, "follow")
    return await call.read(_shown, call, account, ask.handle, template)


class Errand(msgspec.Struct, frozen=True):
    """What somebody of another server wants to do with a post, and who they are there."""

    act: str = "reply"
    handle: str = ""


_WAYS = {"reply": "reply", "boost": "announce", "favourite": "like"}  # what each act is called in a `Finger`


@routes.get("/posts/{id}/from_elsewhere")
def from_elsewhere(call: Call, tx: Tx, ask: Errand) -> Page | Redirect:
    """Say how somebody of another server answers, boosts or favourites a post: from there."""
    post = _post_of_path(tx, call)
    if call.viewer is not None:
        return Redirect(post_url(post))
    return _errand(call, tx, post, ask)


@routes.post("/posts/{id}/from_elsewhere", rate="follow_elsewhere")
async def act_elsewhere(call: Call, ask: Errand) -> Page:
    """Find out where somebody's own server lets them act on a post, and show the way there."""
    await call.read(_post_of_path, call)
    template = await _way(call, ask.handle, _WAYS.get(ask.act, "object"))
    return await call.read(_shown_way, call, ask, template)


def _post_of_path(tx: Tx, call: Call) -> views.Post:
    post = reading.post(tx, call.viewer, call.path_id())
    return post.boost_of or post


async def _way(call: Call, handle: str, way: str) -> str | None:
    """Ask somebody's server where they do something; None where it does not say, or there is none."""
    match = HANDLE.fullmatch(handle.strip())
    if match is None or call.site.is_here(match[2]):
        return None
    try:
        finger = await call.parts.peers.finger(match[1], match[2].lower())
    except Unfetched:
        return None
    if way == "follow":
        return finger.subscribe or finger.ways.get("follow")
    return finger.ways.get(way) or finger.subscribe or finger.ways.get("object")


def _errand(call: Call, tx: Tx, post: views.Post, ask: Errand, error: str | None = None) -> Page:
    act = ask.act if ask.act in _WAYS else "reply"
    status = 200 if error is None else 422
    return page(
        call,
        tx,
        "from_elsewhere.html",
        status=status,
        post=post,
        act=act,
        handle=ask.handle,
        error=error,
        robots="noindex",
    )


def _shown_way(tx: Tx, call: Call, ask: Errand, template: str | None) -> Page:
    post, speech = _post_of_path(tx, call), tongue_of(call)
    uri = object_id(call.site, post)
    if template is None:
        said = speech.gettext(
            "Your server did not say where. Search there for %(address)s, or look at how you wrote your address."
        )
        address = post.url or f"{call.site.base}{post_url(post)}"
        return _errand(call, tx, post, ask, said % {"address": speech.isolated(address)})
    host = speech.isolated(_host(template))
    return page(
        call,
        tx,
        "message.html",
        title=speech.gettext("One press more"),
        message=speech.gettext("On %(host)s you can answer this post, boost it and favourite it.") % {"host": host},
        href=template.replace("{uri}", quote(uri, safe="")),
        words=speech.gettext("Go on to %(host)s") % {"host": host},
        robots="noindex",
    )


def _host(template: str) -> str:
    return template.partition("://")[2].partition("/")[0].partition("?")[0]


def _of_path(tx: Tx, call: Call) -> Account:
    account = people.by_acct(tx, call.site, call.path_values["acct"])
    if account.domain is not None:
        raise NotFound
    return account


def _shown(tx: Tx, call: Call, account: Account, handle: str, template: str | None) -> Page:
    speech = tongue_of(call)
    name = speech.isolated(account.display_name or account.username)
    if template is None:
        said = speech.gettext(
            "Your server did not say where to follow. Search there for %(address)s, or look at how you wrote your address."
        )
        error = said % {"address": speech.isolated(f"@{call.site.handle(account.username)}")}
        return page(
            call, tx, "follow_elsewhere.html", status=422, account=account, handle=handle, error=error, robots="noindex"
        )
    host = speech.isolated(_host(template))
    return page(
        call,
        tx,
        "message.html",
        title=speech.gettext("One press more"),
        message=speech.gettext("On %(host)s you can follow %(name)s.") % {"host": host, "name": name},
        href=template.replace("{uri}", quote(call.site.actor(account.username), safe="")),
        words=speech.gettext("Go on to %(host)s") % {"host": host},
        robots="noindex",
    )
