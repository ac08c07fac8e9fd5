"""Reading of WebFinger (RFC 7033): who an address is, on a server that may be called otherwise than the address."""

import re

import msgspec

from bema.model import limits
from bema.model.errors import BadRequest
from bema.model.federating import Finger, host_of, origin

_SUBJECT = re.compile(r"acct:@?([^@\s/?#:]{1,100})@([^@\s/?#]{1,253})", re.IGNORECASE)
_ACTIVITIES = ("application/activity+json", "application/ld+json")
_SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
_INTENT = "https://w3id.org/fep/3b86/"  # FEP-3b86; the kinds of intents are read whatever their case
_INTENTS = {  # by what they are called here; which of their places takes what is acted on
    "follow": ("follow", "{object}"),
    "like": ("like", "{object}"),
    "announce": ("announce", "{object}"),
    "object": ("object", "{object}"),
    "create": ("reply", "{inReplyTo}"),
}
_PLACES = re.compile(r"\{[^{}]{0,40}\}")


class _Link(msgspec.Struct, frozen=True):
    rel: str = ""
    type: str | None = None
    href: str | None = None
    template: str | None = None


class _Descriptor(msgspec.Struct, frozen=True):
    subject: str = ""
    links: list[object] = []


_decode = msgspec.json.Decoder(_Descriptor).decode


def finger(body: bytes) -> Finger:
    """Read an answer of WebFinger; what names nobody is refused, a link that makes no sense is left out."""
    try:
        told = _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadRequest("The answer of WebFinger cannot be read") from None
    match = _SUBJECT.fullmatch(told.subject)
    host = None if match is None else host_of(f"https://{match[2]}/")
    if match is None or host is None:
        raise BadRequest("The answer of WebFinger names nobody")
    links = [link for each in told.links[: limits.REMOTE_ENTRIES] if (link := _link(each)) is not None]
    actors = [each.href for each in links if each.rel == "self" and each.type and each.type.startswith(_ACTIVITIES)]
    templates = [each.template for each in links if each.rel == _SUBSCRIBE]
    actor = next((each for each in actors if each and len(each) <= limits.URL_CHARACTERS and origin(each)), None)
    subscribe = next((each for each in templates if each and is_template(each)), None)
    return Finger(match[1], host, actor, subscribe, dict(each for link in links if (each := _intent(link)) is not None))


def _intent(link: _Link) -> tuple[str, str] | None:
    """Read what somebody can do on their server with something of another, and where."""
    kind = link.rel[len(_INTENT) :].lower() if link.rel.lower().startswith(_INTENT) else ""
    template = link.template or link.href  # both are in use
    if kind not in _INTENTS or template is None or len(template) > limits.URL_CHARACTERS:
        return None
    name, place = _INTENTS[kind]
    before, _, after = template.partition(place)
    found = f"{_PLACES.sub('', before)}{{uri}}{_PLACES.sub('', after)}"
    return (name, found) if place in template and is_template(found) else None


def is_template(text: str) -> bool:
    """Tell whether somebody can be sent to an address with `{uri}` in it, and nowhere but to a page of the web."""
    before, held, after = text.partition("{uri}")
    home = origin(before)
    return (
        bool(held) and home is not None and len(text) <= limits.URL_CHARACTERS and origin(f"{before}x{after}") == home
    )


def _link(value: object) -> _Link | None:
    try:
        return msgspec.convert(value, _Link)
    except msgspec.ValidationError:
        return None
