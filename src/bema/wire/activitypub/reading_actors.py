"""Reading of actors: who speaks on another server, out of whatever its documents look like."""

import re
from typing import Any

from bema.model import limits
from bema.model.errors import BadRequest
from bema.model.federating import RemoteActor, RemoteEmoji, RemoteField, RemotePicture, same_origin
from bema.wire.activitypub import reading_shapes as shapes
from bema.wire.activitypub.reading_keys import keys
from bema.wire.activitypub.reading_shapes import Object

ACTORS = frozenset({"Person", "Service", "Group", "Organization", "Application"})

_USERNAME = re.compile(r"\w+(?:[.\-~]+\w+)*")
_SHORTCODE = re.compile(r"\w{1,100}")
_HANDLE = re.compile(r"(?:acct:)?@?([^@\s]{1,100})@([^@\s/]{1,253})")
_DOMAIN = re.compile(r"[a-z0-9.\-]{1,253}")


def actor(thing: Object) -> RemoteActor:
    """Read somebody; what has no id, no inbox of its own server, or no name that others could type, is refused."""
    type_ = shapes.kind(thing, ACTORS)
    if type_ is None:
        raise BadRequest("The document is no actor")
    uri, inbox = shapes.needed_id(thing, "id"), shapes.needed_id(thing, "inbox")
    username = thing.get("preferredUsername")
    if not isinstance(username, str) or len(username) > limits.REMOTE_USERNAME_CHARACTERS:
        raise BadRequest("The actor has no username")
    if _USERNAME.fullmatch(username) is None:
        raise BadRequest("The actor has no username that could be typed")
    if not same_origin(uri, inbox):
        raise BadRequest("The actor and its inbox are of different servers")
    endpoints = thing.get("endpoints")
    return RemoteActor(
        uri=uri,
        type=type_,
        username=username,
        url=shapes.link(thing.get("url"), of_type="text/html"),
        name=shapes.bare(thing.get("name"), limits.REMOTE_NAME_CHARACTERS),
        note_html=_note(thing),
        inbox=inbox,
        shared_inbox=_own(uri, endpoints.get("sharedInbox") if isinstance(endpoints, dict) else None),
        outbox=_own(uri, thing.get("outbox")),
        followers=_own(uri, thing.get("followers")),
        following=_own(uri, thing.get("following")),
        featured=_own(uri, thing.get("featured")),
        featured_tags=_own(uri, thing.get("featuredTags")),
        keys=keys(thing),
        locked=shapes.flag(thing.get("manuallyApprovesFollowers")),
        discoverable=shapes.flag(thing.get("discoverable")),
        indexable=shapes.flag(thing.get("indexable")),
        memorial=shapes.flag(thing.get("memorial")),
        suspended=shapes.flag(thing.get("suspended")),
        created_at=shapes.moment(thing.get("published")),
        avatar=picture(thing.get("icon")),
        header=picture(thing.get("image")),
        fields=_fields(thing.get("attachment")),
        emojis=emojis(thing.get("tag")),
        also_known_as=shapes.ids_of(thing.get("alsoKnownAs"))[:20],
        moved_to=shapes.id_of(thing.get("movedTo")),
        attribution_domains=_domains(thing.get("attributionDomains")),
        handle=_handle(thing.get("webfinger")),
    )


def _own(uri: str, value: object) -> str | None:
    """Return the id of something that belongs to the actor: its server must answer for it."""
    found = shapes.id_of(value)
    return found if same_origin(uri, found) else None


def _note(thing: Object) -> str:
    summary = thing.get("summary")
    if not shapes.string(summary):
        summary = next(iter(shapes.in_languages(thing, "summary").values()), None)
    return shapes.html(summary)


def picture(value: object) -> RemotePicture | None:
    """Read a picture; of several, the first that has an address."""
    for each in shapes.listed(value):
        found = shapes.link(each.get("url", each.get("href"))) if isinstance(each, dict) else shapes.address(each)
        if found is None:
            continue
        if not isinstance(each, dict):
            return RemotePicture(found)
        said = shapes.words(each.get("summary") or each.get("name"), limits.REMOTE_ALT_CHARACTERS)
        return RemotePicture(found, media_type(each), said, shapes.moment(each.get("updated")))
    return None


def media_type(thing: Object) -> str | None:
    """Read a media type."""
    found = thing.get("mediaType")
    if not isinstance(found, str) or not re.fullmatch(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,60}(?:;.*)?", found):
        return None
    return found.partition(";")[0].strip().lower()


def emojis(value: object) -> list[RemoteEmoji]:
    """Read the custom emojis among tags, with or without an id, with or without colons."""
    found: dict[str, RemoteEmoji] = {}
    for each in shapes.objects(value):
        name = each.get("name")
        if "Emoji" not in shapes.kinds(each) or not isinstance(name, str):
            continue
        shortcode, shown = name.strip(":"), picture(each.get("icon"))
        if shown is not None and _SHORTCODE.fullmatch(shortcode):
            since = shapes.moment(each.get("updated")) or shown.updated_at
            found.setdefault(shortcode, RemoteEmoji(shortcode, shown.url, since))
    return list(found.values())[: limits.REMOTE_EMOJIS]


def _fields(value: object) -> list[RemoteField]:
    found = []
    for each in shapes.objects(value):
        if "PropertyValue" in shapes.kinds(each):
            name = shapes.bare(each.get("name"), limits.FIELD_CHARACTERS)
            said = shapes.html((shapes.string(each.get("value")) or "")[:10_000])
            if name:
                found.append(RemoteField(name, said))
    return found[: limits.REMOTE_FIELDS]


def _domains(value: object) -> list[str]:
    found = [each.lower() for each in shapes.listed(value) if isinstance(each, str)]
    return [each for each in found if _DOMAIN.fullmatch(each)][: limits.ATTRIBUTION_DOMAINS]


def _handle(value: Any) -> str | None:
    match = _HANDLE.fullmatch(value) if isinstance(value, str) else None
    return f"{match[1]}@{match[2].lower()}" if match else None
