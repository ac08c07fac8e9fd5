"""What anybody may read: profiles, posts with their threads, the rules of the square."""

import msgspec

from bema.domain import reading
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web.pages import LANGUAGE_COOKIE, Page, Redirect, back, page
from bema.edge.web.tongues import LANGUAGES
from bema.model import views
from bema.model.errors import NotFound
from bema.model.views import Account
from bema.store import accounts, logins
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_A_YEAR = 31_536_000  # seconds


@routes.get("/@{acct}")
def profile(call: Call, tx: Tx) -> Page:
    """Read somebody's profile."""
    account = account_of(call, tx)
    return page(
        call,
        tx,
        "profile.html",
        account=account,
        relationship=None,
        tab="posts",
        pinned=[],
        posts=views.Page(items=[]),
        newer=None,
        older=None,
        hidden=None,
        canonical=call.site.profile(account.acct),
        robots=None if account.indexable else "noindex",
    )


@routes.get("/@{acct}/{id}")
def post(call: Call, tx: Tx) -> Page:
    """Read a post."""
    shown = reading.post(tx, call.viewer, call.path_id())
    thread = views.Thread([], shown.boost_of or shown, [])
    return page(
        call,
        tx,
        "post.html",
        thread=thread,
        branches=[],
        composer=None,
    )


class Language(msgspec.Struct, frozen=True):
    """The language that pages should be in."""

    language: str = ""


@routes.post("/settings/language")
def choose_language(call: Call, tx: WriteTx, ask: Language) -> Redirect:
    """Read the pages in another language."""
    if ask.language in LANGUAGES:
        call.set_cookie(LANGUAGE_COOKIE, ask.language, seconds=_A_YEAR)
        if call.session is not None:
            logins.change(tx, call.session.login, locale=ask.language)
    return Redirect(back(call, "/"))


def account_of(call: Call, tx: Tx) -> Account:
    """Return the account that the path names."""
    username, _, host = call.path_values["acct"].partition("@")
    account = accounts.by_handle(tx, username, host or None)
    if account is None:
        raise NotFound
    return reading.account(tx, account.id)
