"""Uploading: files wait for the post that they are for; those that nothing came of are cleared away."""

import msgspec

from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.events import MediaUploaded
from bema.model.ids import AccountId, MediaId
from bema.model.views import Attachment, Picture
from bema.store import media, tasks
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts

FILES = "files"  # the name under which stored bytes that nobody needs any more wait to be deleted


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A picture whose bytes are stored already."""

    original: Picture
    small: Picture
    content_type: str
    blurhash: str | None


def upload(
    tx: WriteTx, actor: AccountId, kept: Kept, description: str | None, focus: tuple[float, float]
) -> Attachment:
    """Record a picture, which its uploader can give to a post from now on."""
    attachment = Attachment(
        id=MediaId(tx.new_id()),
        type="image",
        original=kept.original,
        small=kept.small,
        description=description,
        blurhash=kept.blurhash,
        focus=focus,
        content_type=kept.content_type,
    )
    media.add(tx, actor, attachment)
    tx.emit(MediaUploaded(media=attachment.id, account=actor))
    return attachment


def own(tx: Tx, actor: AccountId, id_: MediaId) -> Attachment:
    """Load a file that waits for its post; for others than its uploader there is none."""
    found = media.own(tx, actor, id_)
    if found is None or found[1] is not None:
        raise NotFound
    return found[0]


def describe(tx: WriteTx, actor: AccountId, id_: MediaId, description: str | None) -> None:
    """Say what a picture that waits for its post shows."""
    media.change(tx, msgspec.structs.replace(own(tx, actor, id_), description=description))


def focus(tx: WriteTx, actor: AccountId, id_: MediaId, point: tuple[float, float]) -> None:
    """Say which point of a picture a crop must keep."""
    media.change(tx, msgspec.structs.replace(own(tx, actor, id_), focus=point))


def discard(tx: WriteTx, actor: AccountId, id_: MediaId) -> None:
    """Throw a file away that no post has."""
    found = media.own(tx, actor, id_)
    if found is None:
        raise NotFound
    attachment, post = found
    if post is not None:
        raise Invalid("Media attachment is currently used by a status")
    forget(tx, attachment)


def forget_orphans(tx: WriteTx) -> int:
    """Clear away some of the files that have waited too long for a post, and return how many."""
    orphans = media.expired(tx, tx.now - limits.ORPHAN_SECONDS * 1_000, limits.ORPHANS_AT_ONCE)
    for attachment in orphans:
        forget(tx, attachment)
    return len(orphans)


def forget(tx: WriteTx, attachment: Attachment) -> None:
    """Forget a file, and let its bytes be deleted."""
    media.remove(tx, attachment.id)
    for key in dict.fromkeys((attachment.original.key, attachment.small.key)):
        tasks.add(tx, FILES, key, key)  # the bytes go after the commit, however often that takes


def checked_description(text: str | None) -> str | None:
    """Return a description in clean form; none where it says nothing."""
    if text is None:
        return None
    clean = texts.strip_controls(text).strip()
    if len(clean.encode()) > limits.POST_TEXT_BYTES or texts.length(clean) > limits.MEDIA_DESCRIPTION_CHARACTERS:
        raise Invalid(
            f"Validation failed: Description is too long (maximum is {limits.MEDIA_DESCRIPTION_CHARACTERS} characters)"
        )
    return clean or None
