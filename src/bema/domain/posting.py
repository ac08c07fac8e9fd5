"""Posting: writing a post, answering, boosting, taking back."""

import re

import msgspec

from bema.domain import polling, quoting, uploading
from bema.domain.allowing import has_to_ask
from bema.domain.polling import NewPoll
from bema.domain.reading import answerable_post, visible_post
from bema.domain.uploading import check_together
from bema.model import limits
from bema.model.allowing import Deed
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import AnswerAsked, BoostAsked, PostBoosted, PostDeleted, PostPublished
from bema.model.ids import AccountId, AppId, MediaId, PostId, moment_of
from bema.model.mailing import offered
from bema.model.policy import QuotePolicy, QuoteState, Visibility
from bema.model.searching import fold
from bema.model.site import Site
from bema.model.views import Attachment, Emoji, Mention
from bema.store import (
    accounts,
    allowing,
    custom_emojis,
    deliveries,
    homes,
    idempotency,
    media,
    mentions,
    posts,
    tags,
    tombstones,
)
from bema.store.posts import NewPost
from bema.store.tombstones import of_post
from bema.store.tx import WriteTx
from bema.wire import text as texts
from bema.wire.html import MentionLink, render


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to say."""

    text: str = ""
    warning: str = ""
    sensitive: bool = False
    visibility: Visibility | None = None  # None: the author's usual one
    language: str | None = None
    in_reply_to: PostId | None = None
    media: list[MediaId] = []
    poll: NewPoll | None = None
    quote_of: PostId | None = None
    quote_policy: QuotePolicy | None = None  # None: the author's usual one
    app: AppId | None = None
    idempotency_key: str | None = None
    created_at: int | None = None  # None: now; only for posts that are brought in from before
    following: list["Draft"] = []  # a thread: `continuing` publishes all of it


class Rendered(msgspec.Struct, frozen=True):
    """What a text comes to: its HTML, and whom and what it names."""

    html: str
    mentions: list[Mention]
    tags: dict[str, str]  # folded name -> as it was written
    emojis: list[Emoji]


def publish(tx: WriteTx, site: Site, author: AccountId, draft: Draft) -> PostId:
    """Publish a post. A repeated idempotency key gives the first post and publishes nothing."""
    if draft.idempotency_key and (first := idempotency.post_of(tx, author, draft.idempotency_key)) is not None:
        return first
    text, warning = checked_text(draft.text, draft.warning, needed=not draft.media and draft.quote_of is None)
    parent = visible_parent(tx, author, draft.in_reply_to) if draft.in_reply_to is not None else None
    asks = parent is not None and _has_to_ask_to_answer(tx, author, parent)
    own = accounts.own(tx, author)
    visibility = own.post_visibility if draft.visibility is None else draft.visibility
    quoted = quoting.quotable(tx, author, draft.quote_of) if draft.quote_of is not None else None
    if quoted is not None:
        visibility = quoting.narrowed(visibility, quoted)
    id_ = PostId(tx.new_id() if draft.created_at is None else tx.new_id_at(draft.created_at))
    if draft.idempotency_key:
        first = idempotency.claim(tx, author, draft.idempotency_key, id_)
        if first != id_:
            return first
    rendered = rendered_text(tx, site, text)
    if quoted is not None:
        quoting.check_addressed(author, visibility, quoted, rendered.mentions)
    state = quoting.state_at_first(tx, author, quoted) if quoted is not None else None
    attachments = free_files(tx, author, draft.media)
    asked = polling.terms_of(tx, draft.poll, moment_of(id_), has_media=bool(draft.media)) if draft.poll else None
    posts.add(
        tx,
        NewPost(
            id=id_,
            author=author,
            visibility=Visibility.DIRECT if asks else visibility,
            wanted=visibility if asks else None,
            created_at=moment_of(id_),
            text=text,
            content_html=rendered.html,
            warning=warning,
            sensitive=draft.sensitive or bool(warning) or (bool(draft.media) and own.post_sensitive),
            language=checked_language(draft.language) or own.post_language,
            in_reply_to=parent.id if parent else None,
            in_reply_to_author=parent.author if parent else None,
            thread=parent.thread if parent else None,
            attachments=attachments,
            mentions=rendered.mentions,
            tags=list(rendered.tags.values()),
            emojis=rendered.emojis,
            poll=asked,
            app=draft.app,
            quote_policy=quoting.policy_for(visibility, draft.quote_policy or own.post_quote_policy),
            quote_of=quoted.id if quoted else None,
            quote_state=state,
        ),
    )
    if attachments and media.take(tx, author, id_, draft.media) < len(attachments):
        raise lost_files()  # another post was faster
    if asked is not None:
        polling.open_(tx, id_, asked)
    if asks:  # the rest when there is leave
        homes.add_own(tx, author, id_)
        tx.emit(AnswerAsked(post=id_, author=author))
        return id_
    mentions.add(tx, id_, [mention.id for mention in rendered.mentions])
    if quoted is not None and quoted.author != author:
        mentions.let_see(tx, id_, quoted.author)
    tags.tag_post(tx, id_, rendered.tags)
    homes.add_own(tx, author, id_)
    tx.emit(
        PostPublished(
            post=id_,
            author=author,
            visibility=visibility,
            in_reply_to=parent.id if parent else None,
            quote_of=quoted.id if quoted and state is QuoteState.ACCEPTED else None,
            by_email=draft.created_at is None
            and visibility is Visibility.PUBLIC
            and offered(site, own.account)
            and (parent is None or parent.author == author),
        )
    )
    if quoted is not None and state is not None:
        quoting.ask_if_here(tx, author, id_, quoted, state)
    return id_


def boost(
    tx: WriteTx,
    actor: AccountId,
    post_id: PostId,
    visibility: Visibility | None = None,
    *,
    uri: str | None = None,
    id_: PostId | None = None,
) -> PostId:
    """Pass a post on to one's followers and return the boost; boosting twice gives the first boost.

    `uri` is what somebody of another server calls their boost; `id_` tells when they made it. Where the author elsewhere
    wants to be asked, it is the post that is returned: there is no boost yet.
    """
    post = answerable_post(tx, actor, post_id)
    if post.visibility is Visibility.DIRECT or (post.visibility is Visibility.FOLLOWERS and post.author != actor):
        raise Forbidden("This post cannot be boosted: it is not public")
    if (existing := posts.boost_by(tx, post.id, actor)) is not None:
        return existing
    id_ = PostId(tx.new_id()) if id_ is None else id_
    wanted = max(post.visibility, Visibility.PUBLIC if visibility is None else visibility)
    if has_to_ask(tx, actor, post, Deed.BOOST):
        if allowing.boosts_waiting(tx, actor) >= limits.LEAVES_ASKED:
            raise _too_many_wait()
        if allowing.ask(tx, allowing.Boost(id_, post.id, actor, wanted)):
            tx.emit(BoostAsked(boost=id_, post=post.id, by=actor))
        return post.id
    return pass_on(tx, actor, post.id, wanted, id_=id_, uri=uri)


def pass_on(
    tx: WriteTx,
    actor: AccountId,
    post_id: PostId,
    visibility: Visibility,
    *,
    id_: PostId,
    uri: str | None = None,
    leave_uri: str | None = None,
) -> PostId:
    """Boost what may be boosted; `leave_uri` is where others can check that it may, if the author was asked."""
    added = posts.add(
        tx,
        NewPost(
            id=id_,
            author=actor,
            visibility=visibility,
            created_at=moment_of(id_),
            boost_of=post_id,
            local=uri is None,
            uri=uri,
            leave_uri=leave_uri,
        ),
    )
    if not added:  # somebody else's transaction was faster: the same person, twice at once
        return posts.boost_by(tx, post_id, actor) or id_
    homes.add_own(tx, actor, id_)
    tx.emit(PostBoosted(post=id_, author=actor, boost_of=post_id))
    return id_


def unboost(tx: WriteTx, actor: AccountId, post_id: PostId) -> PostId:
    """Take a boost back and return the post that was boosted; where there is none, nothing changes."""
    post = visible_post(tx, actor, post_id)
    boost_id = posts.boost_by(tx, post.id, actor)
    if boost_id is not None and posts.remove(tx, boost_id):
        _tell_undone(tx, boost_id, actor, post.id)
    asked = None if post.allowance is None else allowing.boost_by(tx, post.id, actor)
    if asked is not None and allowing.ask_no_more(tx, asked.id):
        tx.emit(BoostAsked(boost=asked.id, post=post.id, by=actor, taken_back=True))
    return post.id


def delete(tx: WriteTx, actor: AccountId, post_id: PostId, *, with_files: bool = False) -> None:
    """Delete one's own post or boost with what hangs on it; files that do not go with it stay for a redraft, and expire."""
    post = posts.held(tx, post_id)
    if post is None or post.author != actor:
        raise NotFound
    destroy(tx, post, with_files=with_files)


def destroy(tx: WriteTx, post: posts.Bare, *, with_files: bool) -> None:
    """Let a post or boost be gone for good, with what hangs on it."""
    post_id, actor = post.id, post.author
    if post.boost_of is not None:
        if posts.remove(tx, post_id):
            _tell_undone(tx, post_id, actor, post.boost_of)
        return
    if with_files:
        uploading.forget_all_of(tx, post_id)
    else:
        uploading.release_all_of(tx, post_id)
    if post.visibility <= Visibility.UNLISTED:  # that there was something for a few is told to nobody
        tombstones.add(tx, of_post(actor, post_id))
    concerned = deliveries.concerned_with(tx, post_id)
    if post.waits and post.in_reply_to_author is not None:  # who was asked
        concerned = [*concerned, post.in_reply_to_author]
    for boost_id, by in posts.remove_boosts(tx, post_id):
        _tell_undone(tx, boost_id, by, post_id)
    mentioned, tagged = mentions.ids(tx, post_id), tags.names(tx, post_id)
    posts.remove(tx, post_id)
    tx.emit(
        PostDeleted(
            post=post_id,
            author=actor,
            in_reply_to=post.in_reply_to,
            visibility=post.visibility,
            quote_of=post.quote_of,
            mentioned=tuple(mentioned),
            tags=tuple(tagged),
            concerned=tuple(concerned),
        )
    )


def _tell_undone(tx: WriteTx, boost_id: PostId, by: AccountId, boosted: PostId) -> None:
    author, uri = deliveries.origin(tx, boosted)
    tx.emit(PostDeleted(post=boost_id, author=by, boost_of=boosted, boosted_author=author, boosted_uri=uri))


def _has_to_ask_to_answer(tx: WriteTx, author: AccountId, parent: posts.Bare) -> bool:
    asks = has_to_ask(tx, author, parent, Deed.ANSWER)
    if asks and allowing.answers_waiting(tx, author) >= limits.LEAVES_ASKED:
        raise _too_many_wait()
    return asks


def _too_many_wait() -> Invalid:
    return Invalid(f"Validation failed: More than {limits.LEAVES_ASKED} of yours wait for the word of others")


# --- Parts that editing shares ----------------------------------------------------------------------------------------


def checked_text(text: str, warning: str, *, needed: bool) -> tuple[str, str]:
    """Return text and warning in clean form, or refuse them when there is too much to say, or nothing where it is needed."""
    if len(text.encode()) > limits.POST_TEXT_BYTES or len(warning.encode()) > limits.POST_TEXT_BYTES:
        raise Invalid(f"Validation failed: Text character limit of {limits.POST_CHARACTERS} exceeded")
    text, warning = texts.strip_controls(text).strip(), texts.strip_controls(warning).strip()
    if not text and needed:
        if not warning:
            raise Invalid("Validation failed: Text can't be blank")
        text, warning = warning, ""  # a warning about nothing is the text, as on Mastodon
    if texts.character_count(text) + texts.character_count(warning) > limits.POST_CHARACTERS:
        raise Invalid(f"Validation failed: Text character limit of {limits.POST_CHARACTERS} exceeded")
    return text, warning


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")  # the shape of a tag of BCP 47


def checked_language(code: str | None) -> str | None:
    """Return a language code that has the shape of one; an empty one is none."""
    if not code:
        return None
    if _LANGUAGE.fullmatch(code) is None:
        raise Invalid("Validation failed: Language is invalid")
    return code


def too_many_files() -> Invalid:
    """Say how many files a post can have."""
    return Invalid(f"Validation failed: Cannot attach more than {limits.POST_ATTACHMENTS} files")


def lost_files() -> Invalid:
    """Say that a post cannot have a file."""
    return Invalid("Validation failed: A file is missing, is another's or was used already")


def visible_parent(tx: WriteTx, author: AccountId, id_: PostId) -> posts.Bare:
    """Return the post that is answered, which the author must be able to see."""
    try:
        return answerable_post(tx, author, id_)
    except NotFound:
        raise NotFound("The post you are trying to reply to does not appear to exist") from None


def rendered_text(tx: WriteTx, site: Site, text: str) -> Rendered:
    """Find out whom and what a text names, and render it once and for all."""
    tokens = texts.parse(text)
    named = {token.handle: token for token in tokens if isinstance(token, texts.Mention)}
    written: dict[str, str] = {}
    for token in tokens:
        if isinstance(token, texts.Hashtag) and len(written) < limits.POST_TAGS:
            written.setdefault(fold(token.name), token.name)
    shortcodes = {token.shortcode for token in tokens if isinstance(token, texts.Emoji)}
    found = mentions.resolve(tx, site, list(named)[: limits.POST_MENTIONS]) if named else {}
    links = {
        handle: MentionLink(acct=each.acct, username=each.username, url=each.url or site.profile(each.acct))
        for handle, each in found.items()
    }
    unique = {each.id: Mention(each.id, each.username, each.domain) for each in found.values()}
    return Rendered(
        render(text, links, site.tag),
        list(unique.values()),
        written,
        custom_emojis.used(tx, shortcodes) if shortcodes else [],
    )


def free_files(tx: WriteTx, author: AccountId, ids: list[MediaId]) -> list[Attachment]:
    """Load the uploaded files that a post is to have, in the order named; each file belongs to one post only."""
    if not ids:
        return []
    if len(ids) > limits.POST_ATTACHMENTS:
        raise too_many_files()
    attachments = media.free(tx, author, ids)
    if len(attachments) < len(set(ids)):
        raise lost_files()
    check_together(attachments)
    return attachments
