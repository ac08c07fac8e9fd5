"""Translating: which posts may be handed to a translator, and what is kept of its answer."""

from collections.abc import Sequence
from typing import NamedTuple

from bema.domain import reading
from bema.model import limits
from bema.model.errors import Forbidden, Unavailable
from bema.model.ids import AccountId, MediaId, Millis, PostId
from bema.model.policy import Visibility
from bema.model.views import Post, Translation
from bema.store import posts, translations
from bema.store.tx import Tx, WriteTx
from bema.wire.html import escape, plain, sanitise


class Wanted(NamedTuple):
    """What of a post is to be translated: its text, warning, poll and descriptions, as HTML; or what was kept of it."""

    post: PostId
    version: Millis
    language: str | None
    texts: list[str]
    options: int  # of its poll
    described: list[MediaId]  # files that have a description
    kept: Translation | None


def wanted(tx: Tx, viewer: AccountId, post_id: PostId, target: str) -> Wanted:
    """Return what of a post is to be translated; only what everybody may read is shown to a translator."""
    post = reading.post(tx, viewer, reading.visible_post(tx, viewer, post_id).id)
    if post.visibility > Visibility.UNLISTED or base(post.language) == base(target):
        raise Forbidden("This status cannot be translated")
    options = [] if post.poll is None else post.poll.terms.options
    described = [each for each in post.attachments if each.description]
    texts = [
        post.content_html,
        escape(post.warning),
        *map(escape, options),
        *[escape(each.description or "") for each in described],
    ]
    if not any(texts):
        raise Forbidden("This status cannot be translated")
    version = _version(post)
    kept = translations.kept(tx, post.id, target, version)
    return Wanted(post.id, version, post.language, texts, len(options), [each.id for each in described], kept)


def made(what: Wanted, texts: Sequence[str], *, source: str, target: str, provider: str) -> Translation:
    """Put a translator's answer together; its HTML is cleaned, and all that is no HTML is made plain."""
    if sum(map(len, texts)) > limits.REMOTE_HTML_CHARACTERS:
        raise Unavailable("The translation is too long")
    content, warning, *rest = texts
    words = [plain(each) for each in (warning, *rest)]
    options, descriptions = words[1 : 1 + what.options], words[1 + what.options :]
    return Translation(
        content_html=sanitise(content),
        warning=words[0],
        options=options,
        descriptions=list(zip(what.described, descriptions, strict=True)),
        source=source,
        language=target,
        provider=provider,
    )


def keep(tx: WriteTx, what: Wanted, translation: Translation) -> None:
    """Keep a translation for others, unless the post is gone meanwhile."""
    if posts.held(tx, what.post) is not None:
        translations.keep(tx, what.post, translation.language, what.version, translation)


def base(language: str | None) -> str:
    """Return the language of a tag without region and script."""
    return (language or "").lower().replace("_", "-").partition("-")[0]


def _version(post: Post) -> Millis:
    return post.created_at if post.edited_at is None else post.edited_at
