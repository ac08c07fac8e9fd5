"""Reading of works: articles, videos, sounds, events and pages of others, as a title with what is worth knowing and a link."""

import re
from collections.abc import Iterator
from typing import Any

from bema.model import limits
from bema.wire.activitypub import reading_shapes as shapes
from bema.wire.activitypub.reading_shapes import Object
from bema.wire.html import escape, linked
from bema.wire.text import clean_text

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)[:.,\d\s]*([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_PLACE = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


def text_of(thing: Object, name: str) -> tuple[str | None, str | None]:
    """Return a text and its language; where there are several, that which the plain property repeats, or the first."""
    text, in_languages = shapes.string(thing.get(name)), shapes.in_languages(thing, name)
    for language, said in in_languages.items():
        if text is None or said == text:
            return said, language
    alone = next(iter(in_languages)) if len(in_languages) == 1 else None
    named = thing.get("language")
    if isinstance(named, dict):  # as PeerTube and Lemmy name it
        named = named.get("identifier")
    return text, alone or shapes.language(named) or shapes.language(thing.get("inLanguage"))


def shown(thing: Object, type_: str, page: str) -> tuple[str, str | None]:
    """Show a work that is not a note: title, when and where it takes place, excerpt, what it links to, and where it is."""
    title, language = text_of(thing, "name")
    content, of_content = text_of(thing, "content")
    heading = shapes.line(title, limits.REMOTE_TITLE_CHARACTERS)
    parts = [f"<p><strong>{escape(heading)}</strong></p>"] if heading else []
    if type_ == "Event":
        parts += [f"<p>{escape(each)}</p>" for each in (_when(thing), _where(thing)) if each]
    parts += [f"<p>{escape(each)}</p>" for each in _excerpt(thing, content).split("\n") if each.strip()]
    links = [*_links(thing), page]
    parts += [f"<p>{linked(each)}</p>" for each in dict.fromkeys(links)]
    return shapes.html("".join(parts)), of_content or language


def _excerpt(thing: Object, content: str | None) -> str:
    source = thing.get("mediaType")
    is_markdown = isinstance(source, str) and source.startswith("text/markdown")
    summary = shapes.words(thing.get("summary"), limits.REMOTE_EXCERPT_CHARACTERS)
    if summary:
        return summary
    for preview in shapes.objects(thing.get("preview")):  # FEP-b2b8
        if found := shapes.words(preview.get("content"), limits.REMOTE_EXCERPT_CHARACTERS):
            return found
    if is_markdown:
        return clean_text((content or "")[:10_000].replace("\0", ""), limits.REMOTE_EXCERPT_CHARACTERS)
    return shapes.words(content, limits.REMOTE_EXCERPT_CHARACTERS)


def _when(thing: Object) -> str:
    """Return when an event takes place, by the clocks there: days and times as everybody reads them."""
    begins, ends = _moment(thing.get("startTime")), _moment(thing.get("endTime"))
    if not begins:
        return ""
    if begins[:10] == ends[:10]:
        ends = ends[11:]
    zone = shapes.bare(thing.get("timezone"), limits.REMOTE_NAME_CHARACTERS)
    return f"{begins} – {ends}".removesuffix(" – ") + (f" ({zone})" if zone else "")


def _moment(value: object) -> str:
    """Return a date as it is written, to the minute, with its distance from UTC."""
    text = shapes.string(value)
    match = None if text is None or shapes.moment(text) is None else _DATE.match(text.strip())
    if match is None:
        return ""
    day, minute, zone = match.groups()
    return f"{day} {minute} {'UTC' if zone in ('Z', 'z') else zone or ''}".strip()


def _where(thing: Object) -> str:
    """Return where an event takes place: the name of the place, and its address."""
    said: list[str] = []
    for place in shapes.listed(thing.get("location"))[:3]:
        address = place.get("address") if isinstance(place, dict) else None
        parts = [address.get(name) for name in _PLACE] if isinstance(address, dict) else [address]
        named: list[Any] = [place.get("name"), *parts] if isinstance(place, dict) else [place]
        said += [shapes.line(each, limits.REMOTE_NAME_CHARACTERS) for each in named]
    return ", ".join(dict.fromkeys(each for each in said if each))


def _links(thing: Object) -> Iterator[str]:
    """Yield what a work only links to, as Lemmy's pages do."""
    for each in shapes.objects(thing.get("attachment")):
        found = shapes.address(each.get("href")) if shapes.kind(each, frozenset({"Link"})) else None
        if found is not None:
            yield found


def sounds(thing: Object, type_: str) -> list[Object]:
    """Return the sound that a work is, which can be heard here."""
    found = shapes.link(thing.get("url"), of_type="audio/") if type_ == "Audio" else None
    for each in shapes.objects(thing.get("url")):
        kind = each.get("mediaType", each.get("mimeType"))
        if found is not None and each.get("href") == found and isinstance(kind, str) and kind.startswith("audio/"):
            return [{"url": found, "mediaType": kind, "name": thing.get("name"), "duration": thing.get("duration")}]
    return []
