"""Between servers by hand: somebody of another server is sent home to follow there; who comes from elsewhere is led on here."""

import re
from urllib.parse import quote

import msgspec

from bema.domain import people, searching
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
    match = HANDLE.fullmatch(ask.handle.strip())
    template = None
    if match is not None and not call.site.is_here(match[2]):
        try:
            template = (await call.parts.peers.finger(match[1], match[2].lower())).subscribe
        except Unfetched:
            template = None
    return await call.read(_shown, call, account, ask.handle, template)


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
    host = speech.isolated(template.partition("://")[2].partition("/")[0])
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
