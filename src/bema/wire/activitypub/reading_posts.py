"""Reading of posts: what is said on another server, out of whatever its documents look like.

Notes and questions come as they are; articles, videos, events and the like as a title with an excerpt and a link to where
they are at home.
"""

import re

from bema.model import limits
from bema.model.errors import BadRequest
from bema.model.federating import (
    RemoteChoice,
    RemoteFile,
    RemoteMention,
    RemotePoll,
    RemotePost,
    RemoteRule,
    same_origin,
)
from bema.wire.activitypub import reading_shapes as shapes
from bema.wire.activitypub import reading_works as works
from bema.wire.activitypub.reading_actors import emojis, media_type
from bema.wire.activitypub.reading_shapes import Object
from bema.wire.text import clean_text

NOTES = frozenset({"Note", "Question"})
WORKS = frozenset({"Article", "Page", "Image", "Audio", "Video", "Event", "ChatMessage"})
POSTS = NOTES | WORKS

_FILES = frozenset({"Document", "Image", "Video", "Audio", "Link"})
_TAG = re.compile(r"\w[\w·・‌]*")
_SECONDS = re.compile(r"P(?:T|\d+DT)?(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.(\d+))?S)?")
_DOCUMENTS = ("application/activity+json", 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"')
_QUOTES = ("quote", "_misskey_quote", "quoteUrl", "quoteUri", "quoteURL")


def post(thing: Object) -> RemotePost:
    """Read a post; what has no id, no author of its own server, or is of another kind, is refused."""
    type_ = shapes.kind(thing, POSTS)
    if type_ is None:
        raise BadRequest("The document is no post")
    uri, author = shapes.needed_id(thing, "id"), author_of(thing)
    if author is None or not same_origin(uri, author):
        raise BadRequest("The post and its author are of different servers")
    parent, page = shapes.id_of(thing.get("inReplyTo")), shapes.link(thing.get("url"), of_type="text/html")
    vote = _vote(thing, parent) if type_ == "Note" else None
    files = _files(thing, type_)
    sensitive, warning = shapes.flag(thing.get("sensitive")), ""
    if type_ in NOTES:
        content, language = works.text_of(thing, "content")
        warning = shapes.line(thing.get("summary"), limits.REMOTE_WARNING_CHARACTERS)
        html = shapes.html(content)
    else:
        html, language = works.shown(thing, type_, page or uri)
    return RemotePost(
        uri=uri,
        type=type_,
        author=author,
        url=page,
        content_html=html,
        warning=warning,
        sensitive=sensitive or bool(warning),
        language=language,
        to=shapes.ids_of(thing.get("to")),
        cc=shapes.ids_of(thing.get("cc")),
        published_at=shapes.moment(thing.get("published")),
        updated_at=shapes.moment(thing.get("updated")),
        in_reply_to=parent,
        thread=_name(thing.get("context")) or _name(thing.get("conversation")),
        files=files,
        mentions=_mentions(thing.get("tag")),
        tags=tags(thing.get("tag")),
        emojis=emojis(thing.get("tag")),
        poll=_poll(thing) if type_ == "Question" else None,
        replies=_collection(uri, thing.get("replies")),
        quote=_quoted(thing),
        quote_approval=shapes.id_of(thing.get("quoteAuthorization") or thing.get("approvedBy")),
        may_quote=_policy(thing, "automaticApproval"),
        may_ask_to_quote=_policy(thing, "manualApproval"),
        may_favourite=_rule(thing, "canLike"),
        may_answer=_rule(thing, "canReply"),
        may_boost=_rule(thing, "canAnnounce"),
        vote_for=vote,
    )


def author_of(thing: Object) -> str | None:
    """Return who wrote something: of several, a person rather than the group or channel it stands in."""
    attributed = shapes.listed(thing.get("attributedTo", thing.get("actor")))
    people = [each for each in attributed if isinstance(each, dict) and shapes.kind(each, frozenset({"Person"}))]
    return shapes.id_of(people or attributed)


def _name(value: object) -> str | None:
    """Return what a thread is called: an id, or a tag: URI of old."""
    found = shapes.id_of(value)
    if found is None and isinstance(value, str) and value.startswith("tag:") and len(value) <= limits.URL_CHARACTERS:
        return value if value.isascii() and value.isprintable() else None
    return found


def _vote(thing: Object, parent: str | None) -> str | None:
    """Return what a note votes for: it has a name, answers something and says nothing."""
    name = thing.get("name")
    if parent is None or not isinstance(name, str) or not name.strip() or shapes.string(thing.get("content")):
        return None
    return shapes.bare(name, limits.REMOTE_NAME_CHARACTERS)


# --- Files ------------------------------------------------------------------------------------------------------------


def _files(thing: Object, type_: str) -> list[RemoteFile]:
    found = []
    if type_ in WORKS - {"ChatMessage"}:
        found = [file for each in _illustrations(thing, type_) if (file := _file(each, default="image/jpeg"))]
        found = [file for each in works.sounds(thing, type_) if (file := _file(each))] + found
    for each in shapes.objects(thing.get("attachment")):
        if shapes.kind(each, _FILES - {"Link"}) and (file := _file(each)) is not None:
            found.append(file)
    unique = {each.url: each for each in found}
    return list(unique.values())[: limits.REMOTE_FILES]


def _illustrations(thing: Object, type_: str) -> list[Object]:
    """Return what a work is pictured by: its preview, or the picture that it is."""
    if type_ == "Image" and (url := shapes.link(thing.get("url"), of_type="image/")):
        return [{"url": url, "mediaType": media_type(thing), "name": thing.get("name")}]
    named = [*shapes.listed(thing.get("image")), *shapes.listed(thing.get("icon"))]
    pictures = [{"url": each} if isinstance(each, str) else each for each in named if isinstance(each, str | dict)]
    return sorted(pictures, key=lambda each: -(shapes.number(each.get("width")) or 0))[:1]


def _file(thing: Object, default: str | None = None) -> RemoteFile | None:
    url = shapes.link(thing.get("url", thing.get("href")))
    if url is None:
        return None
    kind = media_type(thing) or next(
        (found for each in shapes.objects(thing.get("url")) if (found := media_type(each))), default
    )
    if kind is None and (made := shapes.kind(thing, _FILES - {"Link", "Document"})):
        kind = f"{made.lower()}/*"
    blurhash = thing.get("blurhash")
    return RemoteFile(
        url=url,
        media_type=kind,
        description=_description(thing),
        blurhash=blurhash if isinstance(blurhash, str) and _BLURHASH.fullmatch(blurhash) else None,
        width=shapes.side(thing.get("width")),
        height=shapes.side(thing.get("height")),
        focus=_focus(thing.get("focalPoint")),
        duration=_duration(thing.get("duration")),
        preview_url=shapes.link(thing.get("icon")),
    )


_BLURHASH = re.compile(rf"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{{|}}~]{{6,{limits.REMOTE_BLURHASH_CHARACTERS}}}")


def _description(thing: Object) -> str:
    text = shapes.string(thing.get("summary")) or shapes.string(thing.get("name")) or ""
    return clean_text(text[: limits.REMOTE_ALT_CHARACTERS], limits.REMOTE_ALT_CHARACTERS).replace("\0", "").strip()


def _focus(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(isinstance(each, int | float) and not isinstance(each, bool) and -1 <= each <= 1 for each in value):
        return None
    return float(value[0]), float(value[1])


def _duration(value: object) -> float | None:
    match = _SECONDS.fullmatch(value) if isinstance(value, str) and len(value) < 40 else None
    if match is None:
        found = shapes.number(value)
        return None if found is None else float(found)
    hours, minutes, seconds, _ = (int(each or 0) for each in match.groups())
    return float(hours * 3_600 + minutes * 60 + seconds)


# --- Tags -------------------------------------------------------------------------------------------------------------


def _mentions(value: object) -> list[RemoteMention]:
    found = {}
    for each in shapes.objects(value):
        uri = shapes.address(each.get("href"))
        if "Mention" in shapes.kinds(each) and uri is not None:
            found[uri] = RemoteMention(uri, shapes.bare(each.get("name"), limits.REMOTE_NAME_CHARACTERS))
    return list(found.values())[: limits.REMOTE_MENTIONS]


def tags(value: object) -> list[str]:
    """Read the hashtags of a list, without their sign."""
    found: dict[str, None] = {}
    for each in shapes.objects(value):
        name = each.get("name")
        if "Hashtag" in shapes.kinds(each) and isinstance(name, str):
            name = name.strip().removeprefix("#").removeprefix("＃")
            if len(name) <= limits.TAG_CHARACTERS and _TAG.fullmatch(name):
                found[name] = None
    return list(found)[: limits.POST_TAGS]


def _collection(uri: str, value: object) -> str | None:
    found = shapes.id_of(value)
    return found if same_origin(uri, found) else None


def _quoted(thing: Object) -> str | None:
    for name in _QUOTES:
        if (found := shapes.id_of(thing.get(name))) is not None:
            return found
    for each in shapes.objects(thing.get("tag")):
        if "Link" in shapes.kinds(each) and str(each.get("mediaType")).replace("'", '"') in _DOCUMENTS:
            return shapes.address(each.get("href"))
    return None


def _policy(thing: Object, approval: str) -> list[str]:
    """Return who may quote, at once or when asked (FEP-044f, and GoToSocial's names for the same)."""
    return _named_in(_sub_policy(thing, "canQuote"), approval)


def _rule(thing: Object, deed: str) -> RemoteRule | None:
    """Return who may like, answer or pass on (GoToSocial). A rule that is not there, or names nothing, rules nothing.

    An empty list is a rule by which nobody may.
    """
    rule = _sub_policy(thing, deed)
    if all(rule.get(word) is None for pair in _APPROVALS.items() for word in pair):
        return None
    return RemoteRule(_named_in(rule, "automaticApproval"), _named_in(rule, "manualApproval"))


_APPROVALS = {
    "automaticApproval": "always",
    "manualApproval": "approvalRequired",
}  # and as GoToSocial called them before


def _sub_policy(thing: Object, deed: str) -> Object:
    policy = next(iter(shapes.objects(thing.get("interactionPolicy"))), {})
    return next(iter(shapes.objects(policy.get(deed))), {})


def _named_in(rule: Object, approval: str) -> list[str]:
    named = rule.get(approval)
    return shapes.ids_of(rule.get(_APPROVALS[approval]) if named is None else named)


# --- Polls ------------------------------------------------------------------------------------------------------------


def _poll(thing: Object) -> RemotePoll | None:
    multiple = "anyOf" in thing
    choices: dict[str, RemoteChoice] = {}
    for each in shapes.objects(thing.get("anyOf" if multiple else "oneOf")):
        title = shapes.bare(each.get("name"), limits.REMOTE_NAME_CHARACTERS)
        replies = each.get("replies")
        votes = shapes.number(replies.get("totalItems") if isinstance(replies, dict) else None)
        if title:
            choices.setdefault(title, RemoteChoice(title, votes or 0))
    if not choices:
        return None
    closed = thing.get("closed")
    return RemotePoll(
        choices=list(choices.values())[: limits.REMOTE_CHOICES],
        multiple=multiple,
        ends_at=shapes.moment(thing.get("endTime")),
        closed_at=shapes.moment(closed) or (shapes.moment(thing.get("updated")) if closed is True else None),
        voters=shapes.number(thing.get("votersCount")),
    )
