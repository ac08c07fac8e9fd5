"""What a page of the web says about itself, for the card under a post: OpenGraph, Twitter, JSON-LD, oEmbed, plain HTML.

Pages are hostile. They are not parsed into a tree, for which a page of 500 kB can make the usual parsers work for a
minute (10⁵ nested elements, or attributes of one): the bytes are walked through once, for the few tags that matter.
Whatever comes out is plain text within bounds, or an address of the web.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

import msgspec

from bema.model import limits
from bema.wire import text as texts
from bema.wire.html import escape


class Author(msgspec.Struct, frozen=True):
    """Who wrote a page: by name, by address of a page about them, or by a handle of the fediverse."""

    name: str = ""
    url: str = ""
    handle: str = ""  # name@host


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says about itself; all texts are plain, all addresses http or https."""

    title: str
    description: str = ""
    language: str | None = None
    provider_name: str = ""
    authors: list[Author] = []
    image_url: str = ""
    image_description: str = ""
    player_url: str = ""
    player_width: int = 0
    player_height: int = 0
    published_at: int | None = None  # milliseconds
    oembed_url: str = ""


class Embed(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider answers by oEmbed."""

    kind: str  # link, photo, video
    title: str = ""
    author: Author = Author()
    provider_name: str = ""
    provider_url: str = ""
    image_url: str = ""  # of a photo: the photo
    player_url: str = ""
    width: int = 0
    height: int = 0


def read(body: bytes, url: str, content_type: str = "") -> Page:
    """Read a page that came from `url` with this Content-Type; garbage is a page that says nothing."""
    found = _Found()
    for name, attributes, inside in _tags(decoded(body, content_type).encode()):
        found.take(name, attributes, inside, url)
    return found.page(url)


def decoded(body: bytes, content_type: str = "") -> str:
    """Decode a page as browsers do: by its first bytes, by the header, by what it says itself, else as it can be read."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for label in (_CHARSET_OF_HEADER.findall(content_type), _CHARSET.findall(body[:2_048])):
        if (
            label
            and (name := _codec(str(label[0]) if isinstance(label[0], str) else label[0].decode("ascii"))) is not None
        ):
            return body.decode(name, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        cut_short = error.end == len(body) and error.reason == "unexpected end of data"
        return body.decode("utf-8" if cut_short else "cp1252", "replace")


def embed(answer: bytes, url: str) -> Embed | None:
    """Read an oEmbed answer that came from `url`. Of the HTML in it, only the address of its frame is read."""
    try:
        values = msgspec.json.decode(answer)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(values, dict) or values.get("type") not in ("link", "photo", "video"):
        return None
    kind = values["type"]
    html = values.get("html") if kind == "video" else None
    frame = _FRAME.search(html[: limits.CARD_HTML_CHARACTERS]) if isinstance(html, str) else None
    player_url = _address(unescape(frame[1] or frame[2] or ""), url, secure=True) if frame is not None else ""
    photo_url = _address(values.get("url"), url) if kind == "photo" else ""
    if (kind == "video" and not player_url) or (kind == "photo" and not photo_url):
        return None
    return Embed(
        kind=kind,
        title=_line(values.get("title"), limits.CARD_TITLE_CHARACTERS),
        author=Author(
            name=_line(values.get("author_name"), limits.CARD_NAME_CHARACTERS),
            url=_address(values.get("author_url"), url),
        ),
        provider_name=_line(values.get("provider_name"), limits.CARD_NAME_CHARACTERS),
        provider_url=_address(values.get("provider_url"), url),
        image_url=photo_url or _address(values.get("thumbnail_url"), url),
        player_url=player_url,
        width=_pixels(values.get("width")),
        height=_pixels(values.get("height")),
    )


def frame(url: str, width: int, height: int) -> str:
    """Write the only HTML that a card ever has: a frame that is shut in, with an address that was checked."""
    size = f' width="{width}" height="{height}"' if width and height else ""
    return (
        f'<iframe src="{escape(url)}"{size} allowfullscreen="" loading="lazy" referrerpolicy="no-referrer" '
        'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms"></iframe>'
    )


# --- Tags -------------------------------------------------------------------------------------------------------------

_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9]*+")
_ATTRIBUTE = re.compile(
    rb"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']*+)))?+""",
)
_WANTED = {b"html", b"meta", b"link", b"title", b"script"}
_RAW = {b"title", b"script", b"style", b"textarea", b"template", b"xmp", b"iframe", b"noembed", b"noframes"}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_CHARSET_OF_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_FRAME = re.compile(r"""<iframe\b[^>]{0,2000}?\ssrc\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})')""", re.IGNORECASE)

_Attributes = dict[str, str]


def _tags(html: bytes) -> Iterator[tuple[bytes, _Attributes, bytes]]:
    """Yield name, attributes and inside (of titles and scripts) of the tags that matter, in one walk."""
    lower = html.lower()
    at, left = 0, limits.CARD_TAGS
    while left and (at := html.find(b"<", at)) >= 0:
        if html.startswith(b"<!--", at):
            if (at := html.find(b"-->", at + 4)) < 0:
                return
            continue
        match = _NAME.match(lower, at + 1)
        if match is None:
            at += 1
            continue
        name, at = match[0], match.end()
        if name not in _WANTED and name not in _RAW:
            continue
        left -= 1
        attributes, at = _attributes(html, at)
        inside = b""
        if name in _RAW:
            end = lower.find(b"</" + name, at)
            if end < 0:
                return
            inside, at = html[at:end], end
        if name in _WANTED:
            yield name, attributes, inside


def _attributes(html: bytes, at: int) -> tuple[_Attributes, int]:
    found: _Attributes = {}
    for _ in range(limits.CARD_ATTRIBUTES):
        match = _ATTRIBUTE.match(html, at)
        if match is None:
            break
        at = match.end()
        value = match[2] or match[3] or match[4] or b""
        name = match[1].decode("utf-8", "replace").lower()
        if len(value) <= limits.CARD_VALUE_BYTES:
            found.setdefault(name, unescape(value.decode("utf-8", "replace")))
    end = html.find(b">", at)
    return found, len(html) if end < 0 else end + 1


class _Found:
    """What was found so far; the first of each kind counts."""

    def __init__(self) -> None:
        self.metas: dict[str, str] = {}
        self.authors: list[str] = []
        self.creators: list[str] = []
        self.title = ""
        self.language = ""
        self.oembed = ""
        self.article: dict[str, Any] = {}

    def take(self, name: bytes, attributes: _Attributes, inside: bytes, url: str) -> None:
        match name:
            case b"html":
                self.language = self.language or attributes.get("lang", "")
            case b"title" if not self.title:
                self.title = unescape(inside[: limits.CARD_VALUE_BYTES].decode("utf-8", "replace"))
            case b"meta":
                self._meta(attributes)
            case b"link":
                kinds = attributes.get("rel", "").lower().split()
                if "alternate" in kinds and attributes.get("type", "").lower() == "application/json+oembed":
                    self.oembed = self.oembed or _address(attributes.get("href"), url)
            case b"script" if attributes.get("type", "").lower() == "application/ld+json" and not self.article:
                self.article = _article(inside)

    def _meta(self, attributes: _Attributes) -> None:
        content = attributes.get("content", "").strip()
        if not content:
            return
        for key in f"{attributes.get('property', '')} {attributes.get('name', '')}".lower().split():
            if key == "article:author" and len(self.authors) < limits.CARD_AUTHORS:
                self.authors.append(content)
            if key == "fediverse:creator" and len(self.creators) < limits.CARD_AUTHORS:
                self.creators.append(content)
            self.metas.setdefault(key, content)

    def page(self, url: str) -> Page:
        first = self._first
        article = self.article
        player = _address(first("twitter:player"), url, secure=True)
        return Page(
            title=_line(
                first("og:title", "twitter:title") or _text(article, "headline") or self.title,
                limits.CARD_TITLE_CHARACTERS,
            ),
            description=_line(
                first("og:description", "twitter:description", "description") or _text(article, "description"),
                limits.CARD_DESCRIPTION_CHARACTERS,
            ),
            language=_language(_text(article, "inLanguage") or self.language or first("og:locale")),
            provider_name=_line(
                first("og:site_name") or _text(article.get("publisher"), "name"), limits.CARD_NAME_CHARACTERS
            ),
            authors=self._authors(url),
            image_url=_address(first("og:image", "og:image:url", "twitter:image", "twitter:image:src"), url),
            image_description=_line(first("og:image:alt", "twitter:image:alt"), limits.MEDIA_DESCRIPTION_CHARACTERS),
            player_url=player,
            player_width=_pixels(first("twitter:player:width")) if player else 0,
            player_height=_pixels(first("twitter:player:height")) if player else 0,
            published_at=_moment(_text(article, "datePublished") or first("article:published_time")),
            oembed_url=self.oembed,
        )

    def _first(self, *names: str) -> str:
        return next((found for name in names if (found := self.metas.get(name))), "")

    def _authors(self, url: str) -> list[Author]:
        handles = [match[1] for each in self.creators if (match := _HANDLE.fullmatch(each.strip())) is not None]
        named = [
            Author(
                name=_line(_text(each, "name") or each, limits.CARD_NAME_CHARACTERS),
                url=_address(_text(each, "url"), url),
            )
            for each in _listed(self.article.get("author"))[: limits.CARD_AUTHORS]
        ]
        if not named:
            for each in self.authors or list(filter(None, [self._first("author")])):
                address = _address(each, url) if each.startswith(("http://", "https://")) else ""
                named.append(Author(url=address) if address else Author(name=_line(each, limits.CARD_NAME_CHARACTERS)))
        named = [author for author in named if author.name or author.url]
        if handles and not named:
            named = [Author(handle=handle) for handle in handles]
        elif len(handles) == len(named):  # who is who is said by the order, and by nothing else
            named = [msgspec.structs.replace(a, handle=h) for a, h in zip(named, handles, strict=True)]
        return named[: limits.CARD_AUTHORS]


# --- Values -----------------------------------------------------------------------------------------------------------

_HANDLE = re.compile(r"@?([A-Za-z0-9_.-]{1,64}@[^\s@/:?#]{1,253})")
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_ARTICLES = {"NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "ScholarlyArticle", "VideoObject"}
_SAME = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"} | {
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949", "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "tis-620": "cp874",
}  # fmt: skip  # what browsers take these labels for (WHATWG, Encoding)


def _codec(label: str) -> str | None:
    try:
        found = codecs.lookup(_SAME.get(label.lower(), label))
        b"".decode(found.name)
    except (LookupError, ValueError, UnicodeError):
        return None
    return found.name if found._is_text_encoding else None


def _line(value: object, most: int) -> str:
    """Return a text as one line of plain text."""
    if not isinstance(value, str):
        return ""
    return texts.clean_text(_SPACE.sub(" ", value[: most * 8]).strip(), most)


def _address(value: object, base: str, *, secure: bool = False) -> str:
    """Return an address of the web, made whole, or nothing."""
    if not isinstance(value, str) or not value.strip() or len(value) > limits.URL_CHARACTERS:
        return ""
    try:
        whole = urljoin(base, value.strip())
    except ValueError:
        return ""
    allowed = ("https://",) if secure else ("https://", "http://")
    if not whole.lower().startswith(allowed) or len(whole) > limits.URL_CHARACTERS or _ODD.search(whole):
        return ""
    return whole


_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\\\"'<>`\ud800-\udfff]")


def _pixels(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
        value = int(value)
    return value if isinstance(value, int) and 0 < value <= limits.IMAGE_SIDE else 0


def _language(value: str) -> str | None:
    return (
        value.partition("_")[0].lower()
        if _LANGUAGE.fullmatch(value) and "-" not in value
        else (value.partition("-")[0].lower() if _LANGUAGE.fullmatch(value) else None)
    )


def _moment(value: str) -> int | None:
    try:
        read = datetime.fromisoformat(value.strip())
        moment = (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return int(moment * 1_000) if 0 <= moment < limits.CARD_LATEST_SECONDS else None


def _article(inside: bytes) -> dict[str, Any]:
    """Return the article that a page describes by JSON-LD, if it does."""
    try:
        document = msgspec.json.decode(inside)
    except (msgspec.DecodeError, RecursionError):
        return {}
    for each in _nodes(document):
        if _ARTICLES & set(filter(lambda kind: isinstance(kind, str), _listed(each.get("@type")))):
            return each
    return {}


def _nodes(document: object) -> Iterable[dict[str, Any]]:
    for each in _listed(document)[: limits.CARD_NODES]:
        if isinstance(each, dict):
            yield each
            for inner in _listed(each.get("@graph"))[: limits.CARD_NODES]:
                if isinstance(inner, dict):
                    yield inner


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: object, key: str) -> str:
    """Return a text out of an object, or the first out of a list of them."""
    if isinstance(value, list):
        value = value[0] if value else None
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, str) else ""
