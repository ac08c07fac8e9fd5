"""Writing a post on a page: the composer, which loses no typed word whatever goes wrong."""

from typing import Any

import msgspec

from bema.domain import posting, reading
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.ids import PostId, parse_id
from bema.model.policy import Visibility
from bema.model.views import Attachment, Post
from bema.store import accounts
from bema.store.tx import Tx

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
    draft = posting.Draft(
        text=ask.text,
        warning=ask.warning,
        sensitive=ask.sensitive,
        visibility=VISIBILITIES.get(ask.visibility),
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        in_reply_to=PostId(parse_id(ask.in_reply_to) or 0) if ask.in_reply_to else None,
    )
    try:
        await call.write(posting.publish, call.site, call.actor, draft)
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, refusal)
    return Redirect(back(call), flash="published")


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


def _given_back(tx: Tx, call: Call, ask: Words, refusal: Refusal) -> Page:
    try:
        answered = _answered(call, tx, ask.in_reply_to) if ask.in_reply_to else None
    except NotFound:
        answered = None
    composer = composer_for(
        call,
        tx,
        answered,
        text=ask.text,
        warning=ask.warning,
        visibility=ask.visibility if ask.visibility in VISIBILITIES else None,
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        sensitive=ask.sensitive,
        error=sayings.of_refusal(refusal, tongue_of(call)),
    )
    return page(call, tx, "compose.html", status=refusal.status, composer=composer, answered=answered)
