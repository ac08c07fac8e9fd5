"""Consent: an app asks to act for somebody, who reads what that means and decides."""

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from bema.domain import authorising
from bema.domain.authorising import OUT_OF_BAND, REFUSED, Denied, Request, Wish
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, here, page, reader, tongue_of
from bema.model.errors import BadRequest, Unauthenticated
from bema.store.tx import Tx, WriteTx
from bema.wire.forms import form_pairs
from bema.wire.tongues import Tongue, words

routes = Routes(Surface.WEB)


class Asked(Request, frozen=True, kw_only=True):
    """What an app asks for, and whether it wants to be sure who is there."""

    force_login: bool = False


class Decided(Request, frozen=True, kw_only=True):
    """What an app asked for, and what was answered."""

    answer: str = ""


class Power(NamedTuple):
    """What an app would be able to do, in words."""

    words: str
    grave: bool  # it may change things


@routes.get("/oauth/authorize")
def authorise(call: Call, tx: Tx, ask: Asked) -> Page | Redirect:
    """Be asked whether an app may act."""
    wish = authorising.examine(tx, ask)
    if ask.force_login:
        kept = [(name, value) for name, value in form_pairs(call.query_string) if name != "force_login"]
        return Redirect(f"/auth/sign_in?back={quote(f'{call.path}?{urlencode(kept)}', safe='')}")
    if call.session is None:
        raise Unauthenticated
    if isinstance(wish, Denied):  # only now: a link to us must not lead a stranger elsewhere by itself
        return _refused(ask, wish)
    context = {
        "app": wish.app,
        "scopes": powers(wish.scopes, tongue_of(call)),
        "fields": {name: getattr(ask, name) for name in Request.__struct_fields__ if getattr(ask, name)},
        "destination": _destination(call, wish),
        "path": here(call),
        "robots": "noindex",
    }
    return Page("authorise.html", context, reader(call, tx), leads_elsewhere=True)


@routes.post("/oauth/authorize", needs=Needs.SESSION)
def decide(call: Call, tx: WriteTx, ask: Decided) -> Page | Redirect:
    """Let an app act, or not."""
    assert call.session is not None
    wish = authorising.examine(tx, ask)
    if isinstance(wish, Denied):
        return _refused(ask, wish)
    if ask.answer != "allow":
        return _refused(ask, REFUSED)
    code = authorising.allow(tx, call.session.login, call.session.account, wish)
    if ask.redirect_uri == OUT_OF_BAND:
        return page(call, tx, "oob.html", code=code, app=wish.app, robots="noindex")
    return Redirect(authorising.way_back(ask, code))


def _refused(ask: Request, denied: Denied) -> Redirect:
    if ask.redirect_uri == OUT_OF_BAND:
        if denied is REFUSED:
            return Redirect("/home")
        raise BadRequest(denied.description)
    return Redirect(authorising.way_back(ask, denied))


def _destination(call: Call, wish: Wish) -> str:
    if wish.redirect_uri == OUT_OF_BAND:
        return tongue_of(call).gettext("the app, with a code to copy")
    parts = urlsplit(wish.redirect_uri)
    return parts.netloc if parts.scheme in ("http", "https") else parts.scheme


_READ = {
    "accounts": words("See accounts and your own profile."),
    "blocks": words("See whom you block."),
    "bookmarks": words("See your bookmarks."),
    "favourites": words("See your favourites."),
    "filters": words("See your filters."),
    "follows": words("See whom you follow and who asks to follow you."),
    "lists": words("See your lists."),
    "mutes": words("See whom you mute."),
    "notifications": words("See your notifications."),
    "search": words("Search as you."),
    "statuses": words("Read all posts that you may read, direct ones too."),
}
_WRITE = {
    "accounts": words("Change your profile."),
    "blocks": words("Block and unblock people."),
    "bookmarks": words("Set and remove bookmarks."),
    "conversations": words("Mute and put away conversations."),
    "favourites": words("Favourite posts as you."),
    "filters": words("Change your filters."),
    "follows": words("Follow and unfollow people."),
    "lists": words("Change your lists."),
    "media": words("Upload pictures as you."),
    "mutes": words("Mute and unmute people."),
    "notifications": words("Put your notifications away."),
    "reports": words("Report others as you."),
    "statuses": words("Write, change and delete posts as you."),
}
_WHOLE = {
    "read": words("Read everything that you can read: timelines, direct posts, notifications, lists."),
    "write": words("Write, change and delete posts as you, upload pictures, and change your profile."),
    "follow": words("Follow, block and mute people as you."),
    "push": words("Tell your devices what is new."),
    "profile": words("See your name and portrait."),
}


def powers(scopes: str, speech: Tongue) -> list[Power]:
    """Say in words what scopes allow."""
    said: list[Power] = []
    for scope in scopes.split():
        verb, _, noun = scope.partition(":")
        table: dict[str, Any] = _WHOLE if not noun else _READ if verb == "read" else _WRITE
        sentence = table.get(noun or verb)
        said.append(
            Power(scope if sentence is None else speech.gettext(sentence), verb in ("write", "follow", "admin"))
        )
    return said
