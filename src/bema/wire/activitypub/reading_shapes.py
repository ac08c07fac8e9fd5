"""Shapes: what JSON of other servers can look like, made one: scalars, lists, objects with an id, full or prefixed names.

Nothing here trusts what it reads: lists are cut, texts cleaned, addresses and numbers checked; what makes no sense is
not there. Contexts are not fetched and play no part.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from bema.model import limits
from bema.model.errors import BadRequest
from bema.model.federating import origin
from bema.model.ids import Millis
from bema.wire.html import plain, sanitise
from bema.wire.text import clean_text

Object = dict[str, Any]

_PREFIX = re.compile(
    r"(?:as|toot|sec|schema|misskey|fedibird|gts|litepub|pt|quote|Hashtag)(?=:)"
    r"|https://www\.w3\.org/ns/activitystreams(?=#)|http://joinmastodon\.org/ns(?=#)|https://w3id\.org/security(?=#)"
    r"|https?://schema\.org/?(?=#)|https://misskey-hub\.net/ns(?=#)|http://fedibird\.com/ns(?=#)"
    r"|https://gotosocial\.org/ns(?=#)|http://litepub\.social/ns(?=#)|https://joinpeertube\.org/ns(?=#)"
    r"|https://w3id\.org/fep/044f(?=#)"
)
_KEYWORDS = {"@id": "id", "@type": "type", "@value": "value", "@language": "language"}
_PUBLIC = {"as:Public", "Public", "https://www.w3.org/ns/activitystreams#Public"}
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def document(body: bytes) -> Object:
    """Read a JSON object with its names in their short form, or refuse it."""
    if len(body) > limits.REMOTE_BYTES:
        raise BadRequest("The document is too large")
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadRequest("The document is not valid JSON") from None
    return shortened(tree)


def shortened(tree: object) -> Object:
    """Return a JSON object with its names in their short form; one that is nested too deeply is refused."""
    if not isinstance(tree, dict):
        raise BadRequest("The document is no JSON object")
    short: Object = _short(tree, limits.REMOTE_DEPTH)
    return short


def _short(tree: Any, deeper: int) -> Any:
    if isinstance(tree, dict):
        if not deeper:
            raise BadRequest("The document is nested too deeply")
        made: Object = {}
        for name, value in tree.items():
            if name == "@context":
                continue
            short = _KEYWORDS.get(name) or _local(name)
            if short == name or short not in tree:  # the plain name counts where both are there
                made[short] = _short(value, deeper - 1)
        return made
    if isinstance(tree, list):
        if not deeper:
            raise BadRequest("The document is nested too deeply")
        return [_short(each, deeper - 1) for each in tree]
    return tree


def _local(name: str) -> str:
    if ":" not in name:
        return name
    match = _PREFIX.match(name)
    return name[match.end() + 1 :] if match else name


# --- Parts ------------------------------------------------------------------------------------------------------------


def listed(value: object) -> list[Any]:
    """Return what may be one thing, several, a collection with its items inside, or none, as a list that is not too long."""
    if value is None:
        return []
    if isinstance(value, dict) and "type" not in value and ("@list" in value or "@set" in value):
        value = value.get("@list", value.get("@set"))
    if isinstance(value, list):
        return [each for each in value[: limits.REMOTE_ENTRIES] if each is not None]
    return [value]


def objects(value: object) -> Iterator[Object]:
    """Yield those entries of a list that are objects."""
    return (each for each in listed(value) if isinstance(each, dict))


def kinds(thing: Object) -> list[str]:
    """Return the types of an object: several are allowed."""
    return [_local(each) for each in listed(thing.get("type")) if isinstance(each, str)]


def kind(thing: Object, among: "set[str] | frozenset[str]") -> str | None:
    """Return the first type of an object that is one of these."""
    return next((each for each in kinds(thing) if each in among), None)


def address(value: object) -> str | None:
    """Return a web address: http or https, written plainly, not too long."""
    if not isinstance(value, str) or not 0 < len(value) <= limits.URL_CHARACTERS:
        return None
    return value if len(value.encode("utf-8", "replace")) <= limits.URL_CHARACTERS and origin(value) else None


def id_of(value: object) -> str | None:
    """Return the id that something is or has; of several, the first."""
    for each in listed(value):
        found = address(each.get("id") if isinstance(each, dict) else each)
        if found is not None:
            return found
    return None


def needed_id(thing: Object, name: str) -> str:
    """Return the id of a part that must be there."""
    found = id_of(thing.get(name))
    if found is None:
        raise BadRequest(f"The document has no {name}")
    return found


def ids_of(value: object) -> list[str]:
    """Return the ids of a list, each once; the public's in one spelling."""
    found: dict[str, None] = {}
    for each in listed(value):
        name = each.get("id") if isinstance(each, dict) else each
        if isinstance(name, str) and name in _PUBLIC:
            found[PUBLIC] = None
        elif (known := address(name)) is not None:
            found[known] = None
    return list(found)


def link(value: object, *, of_type: str | None = None) -> str | None:
    """Return the address that a value is, or leads to by `href`; where several are there, the page rather than the file."""
    found: str | None = None
    for each in listed(value):
        if isinstance(each, dict):
            there = address(each.get("href")) or link(each.get("url"))
            if there is None:
                continue
            media_type = each.get("mediaType", each.get("mimeType"))
            if of_type is not None and isinstance(media_type, str) and media_type.lower().startswith(of_type):
                return there
        else:
            there = address(each)
        found = found or there
    return found


def string(value: object) -> str | None:
    """Return a text, whether it came bare, with a language or in a list."""
    for each in listed(value):
        if isinstance(each, str):
            return each
        if isinstance(each, dict) and isinstance(each.get("value"), str):
            return str(each["value"])
    return None


def line(value: object, most: int) -> str:
    """Return a text without markup in one line; of what is too long, the beginning."""
    return " ".join(words(value, most).split())


def words(value: object, most: int) -> str:
    """Return a text without markup; of what is too long, the beginning."""
    text = string(value)
    if not text:
        return ""
    text = _whole(text[: most * 20])
    if "<" in text or "&" in text:
        text = plain(_clipped(text))
    return clean_text(text, most).strip()


def bare(value: object, most: int) -> str:
    """Return a text in which `<` is just a sign, in one line; of what is too long, the beginning."""
    text = string(value)
    return "" if not text else " ".join(clean_text(_whole(text[: most * 20]), most).split())


def html(value: object) -> str:
    """Return HTML with what Mastodon keeps of it; of what is too long, the beginning."""
    text = string(value)
    return sanitise(_clipped(_whole(text))) if text else ""


def _whole(text: str) -> str:
    """Leave out what no database stores: NUL, and halves of characters."""
    return text if text.isascii() and "\0" not in text else _BROKEN.sub("", text)


_BROKEN = re.compile("[\x00\ud800-\udfff]")


def _clipped(text: str) -> str:
    text = text[: limits.REMOTE_HTML_CHARACTERS]
    if text.count("<") > limits.REMOTE_HTML_TAGS:
        text = "<".join(text.split("<", limits.REMOTE_HTML_TAGS)[:-1])
    return text


def flag(value: object) -> bool:
    """Tell whether a value says yes."""
    return value is True or value == "true"


def number(value: object) -> int | None:
    """Return a count that can be stored."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(int(value), limits.REMOTE_COUNT) if 0 <= value < float("inf") else None


def side(value: object) -> int | None:
    """Return a width or height in pixels."""
    found = number(value)
    return found if found and found <= 100_000 else None


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))?\s*([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)


def moment(value: object) -> Millis | None:
    """Return a date of RFC 3339 or something near it."""
    text = string(value)
    match = _MOMENT.fullmatch(text.strip()) if text and len(text) < 64 else None
    if match is None:
        return None
    day, minute, second, part, zone = match.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        found = datetime.fromisoformat(f"{day}T{minute}{second or ':00'}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    since = int(found.timestamp()) * 1_000 + int((part or "0").ljust(3, "0")[:3])
    return since if since >= 0 else None


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def language(value: object) -> str | None:
    """Return a tag of BCP 47."""
    if not isinstance(value, str) or len(value) > limits.LANGUAGE_CHARACTERS:
        return None
    return value if _LANGUAGE.fullmatch(value) else None


def in_languages(thing: Object, name: str) -> dict[str, str]:
    """Return a text of an object by its languages."""
    found = thing.get(f"{name}Map")
    if not isinstance(found, dict):
        return {}
    pairs = list(found.items())[: limits.REMOTE_ENTRIES]
    return {key: value for key, value in pairs if isinstance(value, str) and language(key)}
