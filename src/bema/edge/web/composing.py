"""Writing a post on a page: the composer, which loses no typed word whatever goes wrong."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import structs

from bema.domain import posting, reading, uploading
from bema.edge.call import Call, Upload
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.uploads import kept_picture
from bema.edge.web import sayings
from bema.edge.web.filters import post_url
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.ids import MediaId, PostId, parse_id
from bema.model.policy import Visibility
from bema.model.views import Attachment, Post
from bema.store import accounts, media
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB, body_bytes=limits.POST_ATTACHMENTS * limits.IMAGE_BYTES)

VISIBILITIES = {visibility.name.lower(): visibility for visibility in Visibility}
_LANGUAGES = """
en ur ar fa ps hi bn pa ta te mr gu ml kn ne si zh yue ja ko vi th id ms tl tr ku az kk uz ru uk pl cs sk sl hr sr bg mk sq
el he de fr es pt it ca eu gl ro hu nl da sv no fi et lv lt ga cy is mt eo la sw am ha yo ig zu so
"""
WRITTEN_LANGUAGES = tuple(_LANGUAGES.split())  # offered for a post, after the author's own


class Words(msgspec.Struct, frozen=True):
    """What was typed into the composer."""

    text: str = ""
    warning: str = ""
    visibility: str = ""
    language: str = ""
    sensitive: bool = False
    in_reply_to: str = ""
    media_ids: list[str] = []


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """The composer as its template wants it."""

    action: str = "/posts"
    text: str = ""
    warning: str = ""
    visibility: str
    language: str
    languages: list[str]
    sensitive: bool = False
    limit: int = limits.POST_CHARACTERS
    link_characters: int = limits.LINK_CHARACTERS
    attachments: list[Attachment] = []
    in_reply_to: PostId | None = None
    editing: bool = False
    error: str | None = None
    draft: str = "new"


class Wish(msgspec.Struct, frozen=True):
    """What the page of the composer is opened for."""

    in_reply_to: str | None = None
    mention: str | None = None
    text: str = ""


@routes.get("/compose", needs=Needs.SESSION)
def compose(call: Call, tx: Tx, ask: Wish) -> Page:
    """Write a post, or answer one."""
    answered = None if ask.in_reply_to is None else _answered(call, tx, ask.in_reply_to)
    more: dict[str, Any] = {"text": ask.text}
    if ask.mention:
        more["text"] = f"@{ask.mention} {ask.text}"
    composer = composer_for(call, tx, answered, **more)
    return page(call, tx, "compose.html", composer=composer, answered=answered)


@routes.post("/posts", needs=Needs.SESSION, rate="publish")
async def publish(call: Call, ask: Words) -> Page | Redirect:
    """Publish what was typed; where that is refused, give it back to be changed."""
    attached = kept_ids(ask)
    try:
        await upload_pictures(call, attached)
        post = await call.write(_published, call, ask, attached)
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, attached, refusal)
    where = back(call)
    return Redirect(post_url(post) if where.startswith(("/compose", "/posts/")) else where, flash="published")


def _published(tx: WriteTx, call: Call, ask: Words, attached: list[MediaId]) -> Post:
    describe_kept(tx, call, attached)
    draft = posting.Draft(
        text=ask.text,
        warning=ask.warning,
        sensitive=ask.sensitive,
        visibility=VISIBILITIES.get(ask.visibility),
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        in_reply_to=PostId(parse_id(ask.in_reply_to) or 0) if ask.in_reply_to else None,
        media=attached,
    )
    return reading.post(tx, call.actor, posting.publish(tx, call.site, call.actor, draft))


def kept_ids(ask: Words) -> list[MediaId]:
    """Return the pictures that were uploaded before and stay."""
    return [MediaId(id_) for text in ask.media_ids if (id_ := parse_id(text)) is not None]


async def upload_pictures(call: Call, attached: list[MediaId]) -> None:
    """Keep the pictures that came with the form, one after the other, and add them to what is attached."""
    for slot in range(1, limits.POST_ATTACHMENTS + 1):
        file = call.parameters.get(f"media_{slot}")
        if not isinstance(file, Upload) or not file.content:
            continue
        typed = call.parameters.get(f"description_{slot}")
        description = uploading.checked_description(typed if isinstance(typed, str) else None)
        kept = await kept_picture(call, file)
        attachment = await call.write(uploading.upload, call.actor, kept, description, (0.0, 0.0))
        attached.append(attachment.id)


def descriptions(call: Call, attached: Iterable[MediaId]) -> dict[MediaId, str]:
    """Return what was typed about pictures that were uploaded before."""
    typed = {id_: call.parameters.get(f"description_of_{id_}") for id_ in attached}
    return {id_: text for id_, text in typed.items() if isinstance(text, str)}


def describe_kept(tx: WriteTx, call: Call, attached: list[MediaId]) -> None:
    """Describe pictures that a refused form brought, as they are described now."""
    for id_, text in descriptions(call, attached).items():
        uploading.describe(tx, call.actor, id_, uploading.checked_description(text))


def composer_for(call: Call, tx: Tx, answered: Post | None = None, **more: Any) -> Composer:
    """Prepare a composer: for an answer with whom it addresses, and for no wider circle than what it answers."""
    own = accounts.own(tx, call.actor)
    visibility = own.post_visibility
    values: dict[str, Any] = {}
    if answered is not None:
        visibility = max(visibility, answered.visibility)
        values["in_reply_to"] = answered.id
        values["warning"] = answered.warning
        values["draft"] = f"answer-{answered.id}"
        values["text"] = _addressed(call, answered)
    language = own.post_language or tongue_of(call).code
    values.update(visibility=visibility.name.lower(), language=language)
    values.update({name: value for name, value in more.items() if value})
    offered = [values["language"], language, tongue_of(call).code, *call.parts.settings.languages, *WRITTEN_LANGUAGES]
    return Composer(languages=list(dict.fromkeys(offered)), **values)


def _addressed(call: Call, answered: Post) -> str:
    """Begin an answer with the names of its author and of whom it mentions, without one's own."""
    people = [(answered.author.id, answered.author.acct)]
    people += [(each.id, each.username + (f"@{each.domain}" if each.domain else "")) for each in answered.mentions]
    names = dict.fromkeys(acct for id_, acct in people if id_ != call.viewer)
    return "".join(f"@{name} " for name in names)


def _answered(call: Call, tx: Tx, id_: str) -> Post:
    post = reading.post(tx, call.viewer, PostId(parse_id(id_) or 0))
    return post.boost_of or post


def _given_back(tx: Tx, call: Call, ask: Words, attached: list[MediaId], refusal: Refusal) -> Page:
    try:
        answered = _answered(call, tx, ask.in_reply_to) if ask.in_reply_to else None
    except NotFound:
        answered = None
    return given_back(call, tx, ask, attached, refusal, answered=answered)


def given_back(
    call: Call, tx: Tx, ask: Words, attached: list[MediaId], refusal: Refusal, *, answered: Post | None, **more: Any
) -> Page:
    """Show the composer with all that was typed, and why it was refused."""
    composer = composer_for(
        call,
        tx,
        answered,
        text=ask.text,
        warning=ask.warning,
        visibility=ask.visibility if ask.visibility in VISIBILITIES else None,
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        sensitive=ask.sensitive,
        attachments=_own_pictures(tx, call, attached),
        error=sayings.of_refusal(refusal, tongue_of(call)),
        **more,
    )
    return page(call, tx, "compose.html", status=refusal.status, composer=composer, answered=answered)


def _own_pictures(tx: Tx, call: Call, ids: list[MediaId]) -> list[Attachment]:
    typed = descriptions(call, ids)
    found = [media.own(tx, call.actor, id_) for id_ in ids[: limits.POST_ATTACHMENTS]]
    pictures = [each[0] for each in found if each is not None]
    return [structs.replace(each, description=typed.get(each.id, each.description)) for each in pictures]
