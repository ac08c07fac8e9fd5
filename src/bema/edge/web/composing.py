"""Writing a post on a page: the composer, which loses no typed word whatever goes wrong."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec

from bema.domain import drafting, posting, reading, scheduling, uploading
from bema.domain.continuing import PartRefused, publish_all
from bema.domain.polling import NewPoll
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.attaching import Piece, describe_kept, files_in, own_files, pieces, upload_files
from bema.edge.web.filters import post_url
from bema.edge.web.pages import Page, Redirect, back, page, tongue_of
from bema.edge.web.scheduled import Moment, as_field, due
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.model.ids import PostId, ScheduledId, parse_id
from bema.model.policy import QuotePolicy, Visibility
from bema.model.views import Attachment, Post
from bema.store import accounts
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts

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
    draft_id: str = ""


class Next(msgspec.Struct, frozen=True):
    """A post of a thread after the first, as the template of the composer wants it."""

    number: int
    text: str
    attachments: list[Attachment]


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
    draft_id: ScheduledId | None = None  # where the server keeps it
    more: list[Next] = []
    full: bool = False  # the thread can have no other post
    wrong_post: int | None = None  # which post of the thread the error is about
    at: int = 1  # the post of the thread that one goes on with


class Wish(msgspec.Struct, frozen=True):
    """What the page of the composer is opened for."""

    in_reply_to: str | None = None
    quote: str | None = None
    mention: str | None = None
    visibility: str = ""
    text: str = ""
    draft: str = ""


@routes.get("/compose", needs=Needs.SESSION)
def compose(call: Call, tx: Tx, ask: Wish) -> Page:
    """Write a post, answer one, or quote one; or go on with a draft."""
    if ask.draft:
        return _continued(call, tx, ScheduledId(parse_id(ask.draft) or 0))
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
    written = pieces(call, ask.text, ask.media_ids)
    try:
        call.count_as(len(written))
        await upload_files(call, written)
        return await call.write(_sent, call, ask, written)
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, written, refusal)


@routes.post("/posts/more", needs=Needs.SESSION, rate="media")
async def write_more(call: Call, ask: Words) -> Page:
    """Go on with what was typed, and another post after it: the form comes back with room for that."""
    written = pieces(call, ask.text, ask.media_ids)
    try:
        call.count_as(files_in(written))
        await upload_files(call, written)
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, written, refusal)
    if len(written) < limits.THREAD_POSTS:
        written.append(Piece(_whom(ask), [], {}))
    return await call.read(_given_back, call, ask, written, None, at=len(written))


def _whom(ask: Words) -> str:
    """Begin another post of a thread that is for those whom it mentions with them: who is not named does not see it."""
    if ask.visibility != "direct":
        return ""
    return "".join(
        f"{each.text} " for each in texts.parse(ask.text[: limits.POST_TEXT_BYTES]) if isinstance(each, texts.Mention)
    )


def _sent(tx: WriteTx, call: Call, ask: Words, written: list[Piece]) -> Redirect:
    """Publish what was typed, or keep it for later; its draft is done with."""
    assert call.session is not None
    drafted_as = parse_id(ask.draft_id)
    if drafted_as is not None:
        with suppress(NotFound):  # it was let go elsewhere; the words are here
            drafting.let_go(tx, call.actor, ScheduledId(drafted_as))
    describe_kept(tx, call, written)
    draft = drafted(ask, written)
    if ask.later:
        scheduling.schedule(tx, call.site, call.actor, draft, due(Moment(ask.later, ask.later_offset)))
        return Redirect("/scheduled", flash="scheduled")
    if call.session.undo_seconds:
        held = scheduling.hold_back(tx, call.site, call.actor, draft, call.session.undo_seconds)
        if held is not None:
            return Redirect(f"/unsent/{held}")
    where = back(call)
    post = reading.post(tx, call.actor, publish_all(tx, call.site, call.actor, draft))
    there = post_url(post) if where.startswith(("/compose", "/posts/", "/drafts")) else where
    return Redirect(there, flash="published" if post.wanted is None else "asked_leave")


def drafted(ask: Words, written: list[Piece]) -> posting.Draft:
    """Return what was typed as a post, with what continues it; posts of a thread that say nothing are left out."""
    first, *more = written
    return posting.Draft(
        text=first.text,
        warning=ask.warning,
        sensitive=ask.sensitive,
        visibility=VISIBILITIES.get(ask.visibility),
        language=ask.language if ask.language in WRITTEN_LANGUAGES else None,
        in_reply_to=PostId(parse_id(ask.in_reply_to) or 0) if ask.in_reply_to else None,
        quote_of=PostId(parse_id(ask.quote_of) or 0) if ask.quote_of else None,
        quote_policy=QUOTE_POLICIES.get(ask.quote_policy),
        media=first.attached,
        poll=_asked(ask),
        following=[
            posting.Draft(text=each.text, media=each.attached) for each in more if each.text.strip() or each.attached
        ],
    )


def _asked(ask: Words) -> NewPoll | None:
    if not any(each.strip() for each in ask.poll_options):
        return None
    return NewPoll(
        options=ask.poll_options,
        seconds=ask.poll_seconds,
        multiple=ask.poll_multiple,
        hide_totals=ask.poll_hidden,
    )


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


def _given_back(tx: Tx, call: Call, ask: Words, written: list[Piece], refusal: Refusal | None, *, at: int = 1) -> Page:
    try:
        answered = _answered(call, tx, ask.in_reply_to) if ask.in_reply_to else None
    except NotFound:
        answered = None
    try:
        quoted = _quoted(call, tx, ask.quote_of) if ask.quote_of else None
    except NotFound:
        quoted = None
    return given_back(call, tx, ask, written, refusal, answered=answered, quoted=quoted, at=at)


def given_back(
    call: Call,
    tx: Tx,
    ask: Words,
    written: list[Piece],
    refusal: Refusal | None,
    *,
    answered: Post | None = None,
    quoted: Post | None = None,
    **more: Any,
) -> Page:
    """Show the composer with all that was typed, and why it was refused if it was."""
    reason = refusal.reason if isinstance(refusal, PartRefused) else refusal
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
        attachments=own_files(tx, call, written[0]),
        poll_options=ask.poll_options[: limits.POLL_OPTIONS] if _asked(ask) else [],
        poll_seconds=ask.poll_seconds,
        poll_multiple=ask.poll_multiple,
        poll_hidden=ask.poll_hidden,
        later=_later(ask),
        error=None if reason is None else sayings.of_refusal(reason, tongue_of(call)),
        preparing=isinstance(reason, uploading.StillPreparing),
        draft_id=parse_id(ask.draft_id),
        wrong_post=refusal.number if isinstance(refusal, PartRefused) else None,
        **following(Next(number, each.text, own_files(tx, call, each)) for number, each in enumerate(written[1:], 2)),
        **more,
    )
    status = 200 if refusal is None else refusal.status
    return page(call, tx, "compose.html", status=status, composer=composer, answered=answered, quoted=quoted)


def following(shown: Iterable[Next]) -> dict[str, Any]:
    """Say what of a composer is about the posts of a thread after the first."""
    more = list(shown)
    return {"more": more, "full": len(more) + 1 >= limits.THREAD_POSTS}


def _continued(call: Call, tx: Tx, id_: ScheduledId) -> Page:
    """Go on with a draft."""
    kept = drafting.one(tx, call.actor, id_)
    draft, poll = kept.draft, kept.draft.poll
    lost = None
    answered = quoted = None
    try:
        answered = _answered(call, tx, str(draft.in_reply_to)) if draft.in_reply_to else None
        quoted = _quoted(call, tx, str(draft.quote_of)) if draft.quote_of else None
    except NotFound:
        lost = tongue_of(call).gettext(
            "The post that this was about is gone. Your words are kept: you can post them by themselves."
        )
    composer = composer_for(
        call,
        tx,
        answered,
        quoted,
        text=draft.text,
        warning=draft.warning,
        visibility=None if draft.visibility is None else draft.visibility.name.lower(),
        language=draft.language,
        quote_policy=None if draft.quote_policy is None else draft.quote_policy.name.lower(),
        sensitive=draft.sensitive,
        attachments=[kept.attachments[each] for each in draft.media if each in kept.attachments],
        poll_options=poll.options if poll else [],
        poll_seconds=poll.seconds if poll else None,
        poll_multiple=poll is not None and poll.multiple,
        poll_hidden=poll is not None and poll.hide_totals,
        draft=f"kept-{id_}",
        draft_id=id_,
        error=lost,
        **following(
            Next(number, part.text, [kept.attachments[each] for each in part.media if each in kept.attachments])
            for number, part in enumerate(draft.following, 2)
        ),
    )
    return page(call, tx, "compose.html", composer=composer, answered=answered, quoted=quoted)


def _later(ask: Words) -> str:
    """Return the time that was chosen as the composer holds it; what cannot be read is chosen anew."""
    try:
        return as_field(due(Moment(ask.later, ask.later_offset)))
    except (Refusal, OverflowError, ValueError):
        return ""
