"""Editing: a new version of a post, with the old ones kept for all to see who may see the post."""

import msgspec

from bema.domain import polling, reading
from bema.domain.polling import NewPoll
from bema.domain.posting import checked_language, checked_text, lost_files, rendered_text, too_many_files
from bema.domain.uploading import Described, check_together
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import PostEdited
from bema.model.ids import AccountId, MediaId, PostId
from bema.model.site import Site
from bema.model.views import Attachment, Post, PostVersion
from bema.store import edits, media, mentions, posts, tags
from bema.store.tx import Tx, WriteTx
from bema.wire.text import character_count


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of what the post says from now on."""

    text: str = ""
    warning: str = ""
    sensitive: bool = False
    language: str | None = None  # None: as it was
    media: list[MediaId] = []
    described: list[Described] = []
    poll: NewPoll | None = None
    keeps_poll: bool = False  # whether the poll stays as it is


def edit(tx: WriteTx, site: Site, actor: AccountId, post_id: PostId, revision: Revision) -> None:
    """Replace what one's own post says; where nothing changes, nothing is kept or said.

    Who was mentioned before keeps access to the post, and may be told of the edit like everybody who is mentioned now.
    """
    bare = posts.held(tx, post_id)
    before = edits.current(tx, post_id)
    if bare is None or before is None or bare.author != actor or bare.boost_of is not None:
        raise NotFound
    if bare.waits:
        raise Forbidden("This post waits for the word of whom it answers")
    text, warning = checked_text(revision.text, revision.warning, needed=not revision.media and bare.quote_of is None)
    attachments = _attachments(tx, actor, post_id, revision)
    poll = before.poll if revision.keeps_poll else None
    if revision.poll is not None:
        poll = polling.terms_of(tx, revision.poll, tx.now, has_media=bool(revision.media))
    after = msgspec.structs.replace(
        before,
        text=text,
        warning=warning,
        sensitive=revision.sensitive or bool(warning),
        language=checked_language(revision.language) or before.language,
        attachments=attachments,
        poll=poll,
    )
    if after == before:
        return
    if poll != before.poll:
        polling.change(tx, post_id, before.poll, poll)
    if poll is not None and polling.asks_the_same(before.poll, poll):
        edits.replace_poll(tx, post_id, poll)
        if msgspec.structs.replace(after, poll=before.poll) == before:
            return
    rendered = rendered_text(tx, site, text)
    edits.replace(
        tx,
        post_id,
        edits.Content(
            text=text,
            content_html=rendered.html,
            warning=warning,
            sensitive=after.sensitive,
            language=after.language,
            attachments=attachments,
            mentions=rendered.mentions,
            tags=list(rendered.tags.values()),
            emojis=rendered.emojis,
            poll=poll,
        ),
    )
    mentions.add(tx, post_id, [mention.id for mention in rendered.mentions])
    tags.untag_post(tx, post_id)
    tags.tag_post(tx, post_id, rendered.tags)
    tx.emit(PostEdited(post=post_id, author=actor))


def _attachments(tx: WriteTx, actor: AccountId, post_id: PostId, revision: Revision) -> list[Attachment]:
    """Give new files to the post and describe them. Files that it has no more stay its own: older versions show them."""
    ids = list(dict.fromkeys(revision.media))
    if not ids:
        return []
    if len(ids) > limits.POST_ATTACHMENTS:
        raise too_many_files()
    found = media.take_also(tx, actor, post_id, ids)
    if len(found) < len(ids):
        raise lost_files()
    check_together(found)
    wanted = {each.id: each for each in revision.described}
    return [_described(tx, each, wanted.get(each.id)) for each in found]


def _described(tx: WriteTx, attachment: Attachment, wanted: Described | None) -> Attachment:
    if wanted is None:
        return attachment
    described = msgspec.structs.replace(
        attachment,
        description=attachment.description if wanted.description is None else wanted.description.strip() or None,
        focus=attachment.focus if wanted.focus is None else wanted.focus,
    )
    if character_count(described.description or "") > limits.MEDIA_DESCRIPTION_CHARACTERS:
        raise Invalid(
            f"Validation failed: Description is too long (maximum is {limits.MEDIA_DESCRIPTION_CHARACTERS} characters)"
        )
    if described != attachment:
        media.change(tx, described)
    return described


def history(tx: Tx, viewer: AccountId | None, post_id: PostId) -> tuple[Post, list[PostVersion]]:
    """Load all versions of a post that were kept, the oldest first and the current one last, with the post as it is."""
    post = reading.post(tx, viewer, reading.visible_post(tx, viewer, post_id).id)
    current = PostVersion(
        post.content_html,
        post.warning,
        post.sensitive,
        post.attachments,
        post.emojis,
        post.created_at if post.edited_at is None else post.edited_at,
        None if post.poll is None else post.poll.terms,
    )
    return post, [*edits.versions(tx, post.id), current]


def source(tx: Tx, viewer: AccountId, post_id: PostId) -> tuple[str, str]:
    """Return text and warning of one's own post as they were typed."""
    post = reading.visible_post(tx, viewer, post_id)
    if post.author != viewer:
        raise NotFound
    return posts.source(tx, post.id)
