"""About the square itself: its rules, what it keeps about people, and the language its pages are in."""

from typing import NamedTuple

import msgspec

import bema
from bema.domain import agreeing
from bema.edge import counted
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web import policies
from bema.edge.web.pages import LANGUAGE_COOKIE, Page, Redirect, back, page
from bema.model.policies import ABOUT, PRIVACY
from bema.store import accounts, lively, logins
from bema.store.tx import Tx, WriteTx
from bema.wire.tongues import LANGUAGES

routes = Routes(Surface.WEB)

A_YEAR = 31_536_000  # seconds


@routes.get("/about")
def about(call: Call, tx: Tx) -> Page:
    """Read what the square is, its rules, and who runs it."""
    settings = call.parts.settings
    contact = accounts.by_handle(tx, settings.contact_account, None) if settings.contact_account else None
    return page(
        call,
        tx,
        "about.html",
        rules=policies.rules(call, tx),
        extended_html=policies.in_html(call, tx, ABOUT),
        figures=figures(call, tx),
        contact=contact,
        contact_email=settings.contact_email or None,
        version=bema.__version__,
        source_url=None,
        has_terms=agreeing.has_terms(tx),
        canonical=f"{call.site.base}/about",
    )


@routes.get("/privacy")
def privacy(call: Call, tx: Tx) -> Page:
    """Read what is kept about people."""
    text = policies.in_html(call, tx, PRIVACY)
    return page(call, tx, "privacy.html", privacy_html=text, canonical=f"{call.site.base}/privacy")


class Figures(NamedTuple):
    """The square in numbers, some minutes old."""

    people: int
    posts: int
    languages: int


def figures(call: Call, tx: Tx) -> Figures:
    """Return the square in numbers; the languages are those of its newest posts."""
    database = call.parts.database
    size = counted.sizes(database, tx)
    languages = counted.recent(database, tx, "languages", lambda: lively.languages(tx))
    return Figures(size.people, size.posts, languages)


class Language(msgspec.Struct, frozen=True):
    """The language that pages should be in."""

    language: str = ""


@routes.post("/settings/language", confined=True)
def choose_language(call: Call, tx: WriteTx, ask: Language) -> Redirect:
    """Read the pages in another language."""
    if ask.language in LANGUAGES:
        call.set_cookie(LANGUAGE_COOKIE, ask.language, seconds=A_YEAR)
        if call.session is not None:
            logins.change(tx, call.session.login, locale=ask.language)
    return Redirect(back(call, "/"))
