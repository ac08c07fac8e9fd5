"""What templates can call: words in the reader's language, times, numbers, addresses and icons."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from bema.edge.web import rulings
from bema.model.ids import Millis
from bema.model.policy import Kind
from bema.model.views import Account, Emoji, Mention, Picture, Post
from bema.wire.html import plain
from bema.wire.tongues import Tongue

_SHORTCODE = re.compile(r":([a-zA-Z0-9_]{2,}):")
# Whom a post speaks to is no part of what it says, and would turn a text that runs from right to left around.
_ADDRESSED = re.compile(r"\A(?:@[\w.-]+(?:@[\w.-]+)?\s+)+")
_TAGS = re.compile(r"(<[^>]*>)")
_PORTRAITS = {Kind.PERSON: "person", Kind.INSTITUTION: "institution", Kind.AUTOMATED: "automated"}


def install(environment: Environment, static: Callable[[str], str]) -> None:
    """Give the templates what they call; `static` tells the address of a file that comes with the server."""

    @lru_cache(maxsize=200)
    def icon(name: str) -> Markup:
        sprite = static("icons.svg")
        return Markup(
            f'<svg class="icon icon-{name}" width="20" height="20" aria-hidden="true" focusable="false">'
            f'<use href="{sprite}#{name}"/></svg>'
        )

    def avatar_url(account: Account) -> str:
        if account.avatar is not None:
            return media_url(account.avatar.still)
        return static(f"pictures/{_PORTRAITS[account.kind]}.svg")

    def header_url(account: Account) -> str:
        return media_url(account.header.original) if account.header is not None else static("pictures/header.svg")

    environment.globals.update(
        _=_gettext,
        gettext=_gettext,
        ngettext=_ngettext,
        plurals=_plurals,
        number=_number,
        time=_time,
        until=_until,
        duration=_duration,
        percent=_percent,
        language_name=_language_name,
        label_name=_label_name,
        static=static,
        icon=icon,
        media_url=media_url,
        avatar_url=avatar_url,
        header_url=header_url,
        profile_url=profile_url,
        post_url=post_url,
        tag_url=tag_url,
        emojify=emojify,
        excerpt=excerpt,
    )
    environment.filters["safe_html"] = safe_html
    environment.filters["host"] = host


@pass_context
def _gettext(context: Context, message: str, /, **values: Any) -> Markup:
    said = _said(context["tongue"], message)
    return said % values if values else said


@lru_cache(maxsize=4_000)  # more than there are texts, in all languages
def _said(speech: Tongue, message: str) -> Markup:
    return Markup(speech.gettext(message))


@pass_context
def _ngettext(context: Context, one: str, many: str, of: int, /, **values: Any) -> Markup:
    speech: Tongue = context["tongue"]
    values.setdefault("num", of)
    return Markup(speech.ngettext(one, many, of)) % values


@pass_context
def _plurals(context: Context, one: str, many: str, /) -> str:
    """Return a text in all its plural forms, by their names in CLDR, for script to choose from and put `%(count)s` in."""
    return _forms(context["tongue"], one, many)


@lru_cache(maxsize=400)
def _forms(speech: Tongue, one: str, many: str) -> str:
    return json.dumps(speech.plurals(one, many), ensure_ascii=False)


@pass_context
def _number(context: Context, number: int) -> str:
    speech: Tongue = context["tongue"]
    return speech.number(number)


@pass_context
def _label_name(context: Context, code: str) -> str:
    """Name what a decision labels something as."""
    speech: Tongue = context["tongue"]
    return rulings.labels(speech).get(code, code)


@pass_context
def _language_name(context: Context, code: str) -> str:
    speech: Tongue = context["tongue"]
    return speech.language_name(code)


@pass_context
def _time(context: Context, moment: Millis, *, exact: bool = False) -> Markup:
    """Write a moment: how long ago, with the date on hover, or the date itself."""
    speech: Tongue = context["tongue"]
    full = speech.exact(moment)
    if exact:
        return Markup(f'<time datetime="{_iso(moment)}" data-exact>{escape(full)}</time>')
    ago = speech.ago(moment, context["now"])
    return Markup(f'<time datetime="{_iso(moment)}" title="{escape(full)}" data-relative>{escape(ago)}</time>')


@pass_context
def _until(context: Context, moment: Millis) -> Markup:
    """Write a moment to come: how long it is until then, with the date on hover."""
    speech: Tongue = context["tongue"]
    words = speech.until(moment, context["now"])
    return Markup(f'<time datetime="{_iso(moment)}" title="{escape(speech.exact(moment))}">{escape(words)}</time>')


@pass_context
def _duration(context: Context, seconds: int) -> str:
    speech: Tongue = context["tongue"]
    return speech.duration(seconds)


@pass_context
def _percent(context: Context, share: float) -> str:
    speech: Tongue = context["tongue"]
    return speech.percent(round(share, 2))


@lru_cache(maxsize=10_000)
def _iso(moment: Millis) -> str:
    return datetime.fromtimestamp(moment // 1000, UTC).isoformat().replace("+00:00", "Z")


def media_url(picture: Picture) -> str:
    """Return the address of a stored picture."""
    return f"/media/{picture.key}"


def profile_url(account: Account | Mention) -> str:
    """Return the page of an account."""
    domain = f"@{account.domain}" if account.domain else ""
    return f"/@{_quoted(account.username)}{domain}"


def post_url(post: Post) -> str:
    """Return the page of a post."""
    return f"{profile_url(post.author)}/{post.id}"


def tag_url(name: str) -> str:
    """Return the page of a hashtag."""
    return f"/tags/{_quoted(name)}"


_quoted = lru_cache(maxsize=10_000)(quote)


def emojify(text: str, emojis: Iterable[Emoji] = ()) -> Markup:
    """Escape a text and put the pictures of its custom emojis in."""
    return _with_pictures(escape(text), emojis)


def safe_html(html: str, emojis: Iterable[Emoji] = ()) -> Markup:
    """Take HTML that wire/html.py made or cleaned as it is, with the pictures of its custom emojis."""
    known = list(emojis)
    if not known:
        return Markup(html)
    parts = _TAGS.split(html)
    return Markup("").join(
        Markup(part) if at % 2 else _with_pictures(Markup(part), known) for at, part in enumerate(parts)
    )


def host(address: str) -> str:
    """Return where an address leads, as it is written."""
    return address.partition("://")[2].partition("/")[0].partition("?")[0]


def excerpt(post: Post, characters: int) -> str:
    """Return the beginning of what a post says as plain text, without whom it addresses; of one with a warning, that."""
    said = " ".join(plain(post.content_html).split())
    text = post.warning or _ADDRESSED.sub("", said) or said
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def _with_pictures(text: Markup, emojis: Iterable[Emoji]) -> Markup:
    by_shortcode = {emoji.shortcode: emoji for emoji in emojis}
    if not by_shortcode:
        return text

    def picture(match: re.Match[str]) -> str:
        emoji = by_shortcode.get(match[1])
        if emoji is None:
            return match[0]
        return str(
            Markup('<img class="emoji" src="{}" alt=":{}:" title=":{}:" width="20" height="20" loading="lazy">').format(
                emoji.static_url, emoji.shortcode, emoji.shortcode
            )
        )

    return Markup(_SHORTCODE.sub(picture, str(text)))
