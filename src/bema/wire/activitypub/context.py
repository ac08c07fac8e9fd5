"""The JSON-LD context of what we say: made of the very words that a document uses, so that none is left undeclared.

Most servers read the words as they stand, others (Fedify among them) expand every one of them by its declaration and lose
what is not declared. The words are those of ActivityStreams 2.0 and of the extensions in use.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTENT_TYPE = b"application/activity+json; charset=utf-8"
LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

Thing = Mapping[str, Any]  # an object, activity or collection, without its context

_STREAMS = "https://www.w3.org/ns/activitystreams"
_SECURITY = "https://w3id.org/security/v1"

# What the context of ActivityStreams itself declares, as far as it is used here.
_CORE_WORDS = """
id type
Accept Add Announce Block Create Delete Flag Follow Like Move Question Reject Remove Undo Update
Application Group Organization Person Service
Article Audio Document Image Link Mention Note Page Tombstone Video
Collection CollectionPage OrderedCollection OrderedCollectionPage
actor anyOf attachment attributedTo bcc bto cc closed content contentMap context deleted duration
endTime endpoints first followers following formerType height href hreflang icon image inReplyTo inbox
instrument items last likes liked mediaType name nameMap next object oneOf orderedItems outbox partOf
preferredUsername prev preview published rel replies result sharedInbox shares source startIndex startTime
summary summaryMap tag target to totalItems updated url width
"""
_CORE = frozenset(_CORE_WORDS.split())
_BY_SECURITY = frozenset({"publicKey", "owner", "publicKeyPem"})
_MAPS = frozenset({"contentMap", "nameMap", "summaryMap"})  # their keys are languages

_TOOT = "http://joinmastodon.org/ns#"
_GTS = "https://gotosocial.org/ns#"
_QUOTES = "https://w3id.org/fep/044f#"
_SEC = "https://w3id.org/security#"


def _id(iri: str) -> dict[str, str]:
    """Declare a word whose value names something."""
    return {"@id": iri, "@type": "@id"}


# What others declare. The wrong address of PropertyValue is the one that everybody writes and reads.
_EXTENSIONS: dict[str, str | dict[str, str]] = {
    "Hashtag": "as:Hashtag",
    "sensitive": "as:sensitive",
    "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    "movedTo": _id("as:movedTo"),
    "alsoKnownAs": _id("as:alsoKnownAs"),
    "conversation": "http://ostatus.org#conversation",
    "Emoji": f"{_TOOT}Emoji",
    "blurhash": f"{_TOOT}blurhash",
    "focalPoint": {"@container": "@list", "@id": f"{_TOOT}focalPoint"},
    "votersCount": f"{_TOOT}votersCount",
    "discoverable": f"{_TOOT}discoverable",
    "indexable": f"{_TOOT}indexable",
    "memorial": f"{_TOOT}memorial",
    "suspended": f"{_TOOT}suspended",
    "featured": _id(f"{_TOOT}featured"),
    "featuredTags": _id(f"{_TOOT}featuredTags"),
    "attributionDomains": _id(f"{_TOOT}attributionDomains"),
    "showMedia": f"{_TOOT}showMedia",
    "showRepliesInMedia": f"{_TOOT}showRepliesInMedia",
    "showFeatured": f"{_TOOT}showFeatured",
    "Multikey": f"{_SEC}Multikey",
    "assertionMethod": {"@container": "@set", **_id(f"{_SEC}assertionMethod")},
    "controller": _id(f"{_SEC}controller"),
    "publicKeyMultibase": {"@id": f"{_SEC}publicKeyMultibase", "@type": f"{_SEC}multibase"},
    "PropertyValue": "http://schema.org#PropertyValue",
    "value": "http://schema.org#value",
    "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    "interactionPolicy": _id(f"{_GTS}interactionPolicy"),
    "canQuote": _id(f"{_GTS}canQuote"),
    "canLike": _id(f"{_GTS}canLike"),
    "canReply": _id(f"{_GTS}canReply"),
    "canAnnounce": _id(f"{_GTS}canAnnounce"),
    "automaticApproval": _id(f"{_GTS}automaticApproval"),
    "manualApproval": _id(f"{_GTS}manualApproval"),
    "approvedBy": _id(f"{_GTS}approvedBy"),
    "replyAuthorization": _id(f"{_GTS}replyAuthorization"),
    "announceAuthorization": _id(f"{_GTS}announceAuthorization"),
    "ReplyRequest": f"{_GTS}ReplyRequest",
    "AnnounceRequest": f"{_GTS}AnnounceRequest",
    "LikeRequest": f"{_GTS}LikeRequest",
    "interactingObject": _id(f"{_GTS}interactingObject"),
    "interactionTarget": _id(f"{_GTS}interactionTarget"),
    "QuoteRequest": f"{_QUOTES}QuoteRequest",
    "QuoteAuthorization": f"{_QUOTES}QuoteAuthorization",
    "quote": _id(f"{_QUOTES}quote"),
    "quoteAuthorization": _id(f"{_QUOTES}quoteAuthorization"),
    "quoteUri": "http://fedibird.com/ns#quoteUri",
    "quoteUrl": "as:quoteUrl",
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
}

_encode = msgspec.json.Encoder().encode


def document(thing: Thing) -> dict[str, Any]:
    """Put the context before a thing. A word that nothing declares raises KeyError: it would be lost on others."""
    used: set[str] = set()
    _collect(thing, used)
    return {"@context": context_of(frozenset(used - _CORE)), **thing}


def encode(thing: Thing) -> bytes:
    """Write a thing with its context, as it is sent and answered."""
    return _encode(document(thing))


@lru_cache(maxsize=256)
def context_of(beside_core: frozenset[str]) -> Any:
    """Declare the words that are not of ActivityStreams."""
    parts: list[Any] = [_STREAMS]
    if beside_core & _BY_SECURITY:
        parts.append(_SECURITY)
    if extensions := {word: _EXTENSIONS[word] for word in sorted(beside_core - _BY_SECURITY)}:
        parts.append(extensions)
    return parts if len(parts) > 1 else _STREAMS


def everything() -> Any:
    """Declare all words, for what is written bit by bit."""
    return context_of(frozenset(_EXTENSIONS) | _BY_SECURITY)


def _collect(value: object, used: set[str]) -> None:
    if isinstance(value, Mapping):
        for word, inner in value.items():
            used.add(word)
            if word == "type":
                used.add(inner)
            elif word not in _MAPS and not isinstance(inner, str):
                _collect(inner, used)
    elif isinstance(value, list):
        for each in value:
            if not isinstance(each, str):
                _collect(each, used)
