"""Writing a post on a page: the composer, which loses no typed word whatever goes wrong."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import structs

from bema.domain import posting, reading, scheduling, uploading
from bema.domain.polling import NewPoll
from bema.edge.call import Call, Upload
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.uploads import prepared, uploaded
from bema.edge.web import sayings
from bema.edge.web.filters import post_url
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.edge.web.scheduled import Moment, as_field, due
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.ids import MediaId, PostId, parse_id
from bema.model.policy import QuotePolicy, Visibility
from bema.model.views import Attachment, Post
from bema.store import accounts, media
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB, body_bytes=limits.UPLOAD_BYTES)

QUOTE_POLICIES = {policy.name.lower(): policy for policy in QuotePolicy}
VISIBILITIES = {visibility.name.lower(): visibility for visibility in Visibility}
_LANGUAGES = """
en ur ar fa ps hi bn pa ta te mr gu ml kn ne si zh yue ja ko vi th id ms tl tr ku az kk uz ru uk pl cs sk sl hr sr bg mk sq
el he de fr es pt it ca eu gl ro hu nl da sv no fi et lv lt ga cy is mt eo la sw am ha yo ig zu so
"""
WRITTEN_LANGUAGES = tuple(_LANGUAGES.split())  # offered for a post, after the author's own

POLL_DURATIONS = (300, 1_800, 3_600, 21_600, 86_400, 259_200, 604_800)  # seconds that are offered, as on Mastodon
POLL_SECONDS = 86_400  # what is chosen until another is


class Words(msgspec.Struct, frozen=True):
    """What was typed into the composer."""

    text: str = ""
    warning: str = ""
    visibility: str = ""
    language: str = ""
    sensitive: bool = False
    in_reply_to: str = ""
    quote_of: str = ""
    quote_policy: str = ""
    media_ids: list[str] = []
    poll_options: list[str] = []
    poll_seconds: int = POLL_SECONDS
    poll_multiple: bool = False
    poll_hidden: bool = False
    later: str = ""
    later_offset: int = 0


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
    poll_slots: int = limits.POLL_OPTIONS
    poll_options: list[str] = []
    poll_durations: tuple[int, ...] = POLL_DURATIONS
    poll_seconds: int = POLL_SECONDS
    poll_multiple: bool = False
    poll_hidden: bool = False
    later: str = ""
    in_reply_to: PostId | None = None
    quote_of: PostId | None = None
    quote_policy: str
    editing: bool = False
    error: str | None = None
    preparing: bool = False  # a file is not ready yet: script asks again, and sends nothing twice
    draft: str = "new"


class Wish(msgspec.Struct, frozen=True):
    """What the page of the composer is opened for."""

    in_reply_to: str | None = None
    quote: str | None = None
    mention: str | None = None
    visibility: str = ""
    text: str = ""


@routes.get("/compose", needs=Needs.SESSION)
def compose(call: Call, tx: Tx, ask: Wish) -> Page:
    """Write a post, answer one, or quote one."""
    answered = None if ask.in_reply_to is None else _answered(call, tx, ask.in_reply_to)
    quoted = None if ask.quote is None else _quoted(call, tx, ask.quote)
    more: dict[str, Any] = {"text": ask.text, "visibility": ask.visibility if ask.visibility in VISIBILITIES else None}
    if ask.mention:
        more["text"] = f"@{ask.mention} {ask.text}"
    composer = composer_for(call, tx, answered, quoted, **more)
    return page(call, tx, "compose.html", composer=composer, answered=answered, quoted=quoted)


@routes.post("/posts", needs=Needs.SESSION, rate="publish")
async def publish(call: Call, ask: Words) -> Page | Redirect:
    """Publish what was typed; where that is refused, give it back to be changed."""
    attached = kept_ids(ask)
    try:
        await upload_pictures(call, attached)
        post = await call.write(_published, call, ask, attached)
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, attached, refusal)
    if post is None:
        return Redirect("/scheduled", flash="scheduled")
    where = back(call)
    return Redirect(post_url(post) if where.startswith(("/compose", "/posts/")) else where, flash="published")


def _published(tx: WriteTx, call: Call, ask: Words, attached: list[MediaId]) -> Post | None:
    """Publish a post and return it, or keep it for later."""
    describe_kept(tx, call, attached)
    draft = posting.Draft(
        text=ask.text,
        warning=ask.warning,
        sensitive=ask.sensitive,
        visibility=VISIBILITIES.get(ask.visibility),
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        in_reply_to=PostId(parse_id(ask.in_reply_to) or 0) if ask.in_reply_to else None,
        quote_of=PostId(parse_id(ask.quote_of) or 0) if ask.quote_of else None,
        quote_policy=QUOTE_POLICIES.get(ask.quote_policy),
        media=attached,
        poll=_asked(ask),
    )
    if ask.later:
        scheduling.schedule(tx, call.site, call.actor, draft, due(Moment(ask.later, ask.later_offset)))
        return None
    return reading.post(tx, call.actor, posting.publish(tx, call.site, call.actor, draft))


def _asked(ask: Words) -> NewPoll | None:
    if not any(each.strip() for each in ask.poll_options):
        return None
    return NewPoll(
        options=ask.poll_options,
        seconds=ask.poll_seconds,
        multiple=ask.poll_multiple,
        hide_totals=ask.poll_hidden,
    )


def kept_ids(ask: Words) -> list[MediaId]:
    """Return the pictures that were uploaded before and stay."""
    return [MediaId(id_) for text in ask.media_ids if (id_ := parse_id(text)) is not None]


async def upload_pictures(call: Call, attached: list[MediaId]) -> None:
    """Keep the pictures that came with the form, one after the other, and add them to what is attached."""
    for slot in range(1, limits.POST_ATTACHMENTS + 1):
        file = call.parameters.get(f"media_{slot}")
        if not isinstance(file, Upload) or not file.size:
            continue
        typed = call.parameters.get(f"description_{slot}")
        description = uploading.checked_description(typed if isinstance(typed, str) else None)
        attached.append((await uploaded(call, file, description, (0.0, 0.0))).id)
    await prepared(call, attached)


def descriptions(call: Call, attached: Iterable[MediaId]) -> dict[MediaId, str]:
    """Return what was typed about pictures that were uploaded before."""
    typed = {id_: call.parameters.get(f"description_of_{id_}") for id_ in attached}
    return {id_: text for id_, text in typed.items() if isinstance(text, str)}


def describe_kept(tx: WriteTx, call: Call, attached: list[MediaId]) -> None:
    """Describe pictures that a refused form brought, as they are described now."""
    for id_, text in descriptions(call, attached).items():
        uploading.describe(tx, call.actor, id_, uploading.checked_description(text))


def composer_for(call: Call, tx: Tx, answered: Post | None = None, quoted: Post | None = None, **more: Any) -> Composer:
    """Prepare a composer: for an answer with whom it addresses, and for no wider circle than what it answers or quotes."""
    own = accounts.own(tx, call.actor)
    visibility = own.post_visibility
    values: dict[str, Any] = {}
    if answered is not None:
        visibility = max(visibility, answered.visibility)
        values["in_reply_to"] = answered.id
        values["warning"] = answered.warning
        values["draft"] = f"answer-{answered.id}"
        values["text"] = _addressed(call, answered)
    if quoted is not None:
        visibility = max(visibility, quoted.visibility) if quoted.visibility > Visibility.UNLISTED else visibility
        values["quote_of"] = quoted.id
        values["draft"] = f"quote-{quoted.id}"
    language = own.post_language or tongue_of(call).code
    values.update(visibility=visibility.name.lower(), language=language)
    values["quote_policy"] = own.post_quote_policy.name.lower()
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


def _quoted(call: Call, tx: Tx, id_: str) -> Post:
    post = _answered(call, tx, id_)
    if not post.may_be_quoted_by(call.viewer):
        raise NotFound
    return post


def _given_back(tx: Tx, call: Call, ask: Words, attached: list[MediaId], refusal: Refusal) -> Page:
    try:
        answered = _answered(call, tx, ask.in_reply_to) if ask.in_reply_to else None
    except NotFound:
        answered = None
    try:
        quoted = _quoted(call, tx, ask.quote_of) if ask.quote_of else None
    except NotFound:
        quoted = None
    return given_back(call, tx, ask, attached, refusal, answered=answered, quoted=quoted)


def given_back(
    call: Call,
    tx: Tx,
    ask: Words,
    attached: list[MediaId],
    refusal: Refusal,
    *,
    answered: Post | None = None,
    quoted: Post | None = None,
    **more: Any,
) -> Page:
    """Show the composer with all that was typed, and why it was refused."""
    composer = composer_for(
        call,
        tx,
        answered,
        quoted,
        text=ask.text,
        warning=ask.warning,
        visibility=ask.visibility if ask.visibility in VISIBILITIES else None,
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        quote_policy=ask.quote_policy if ask.quote_policy in QUOTE_POLICIES else None,
        sensitive=ask.sensitive,
        attachments=_own_pictures(tx, call, attached),
        poll_options=ask.poll_options[: limits.POLL_OPTIONS] if _asked(ask) else [],
        poll_seconds=ask.poll_seconds,
        poll_multiple=ask.poll_multiple,
        poll_hidden=ask.poll_hidden,
        later=_later(ask),
        error=sayings.of_refusal(refusal, tongue_of(call)),
        preparing=isinstance(refusal, uploading.StillPreparing),
        **more,
    )
    return page(call, tx, "compose.html", status=refusal.status, composer=composer, answered=answered, quoted=quoted)


def _later(ask: Words) -> str:
    """Return the time that was chosen as the composer holds it; what cannot be read is chosen anew."""
    try:
        return as_field(due(Moment(ask.later, ask.later_offset)))
    except (Refusal, OverflowError, ValueError):
        return ""


def _own_pictures(tx: Tx, call: Call, ids: list[MediaId]) -> list[Attachment]:
    typed = descriptions(call, ids)
    found = [media.own(tx, call.actor, id_) for id_ in ids[: limits.POST_ATTACHMENTS]]
    pictures = [each[0] for each in found if each is not None]
    return [structs.replace(each, description=typed.get(each.id, each.description)) for each in pictures]
