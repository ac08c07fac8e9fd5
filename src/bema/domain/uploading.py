"""Uploading: files wait for the post that they are for; those that nothing came of are cleared away."""

from collections.abc import Iterable, Sequence

import msgspec

from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.events import MediaUploaded
from bema.model.ids import AccountId, MediaId, Millis, PostId
from bema.model.views import Attachment, Colours, Picture
from bema.store import media, tasks
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts

FILES = "files"  # the name under which stored bytes that nobody needs any more wait to be deleted
CLEARING = "orphans"  # the name under which it waits that files which nothing came of are cleared away
_HOUR = 3_600_000  # milliseconds


class StillPreparing(Invalid):
    """What a post is to show is not ready yet: asked again a little later, the answer may be another."""

    message = "Cannot attach files that have not finished processing. Try again in a moment!"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A picture whose bytes are stored already."""

    original: Picture
    small: Picture
    content_type: str
    blurhash: str | None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that stands for a file; its bytes are stored already."""

    small: Picture
    blurhash: str
    colours: Colours


def upload(
    tx: WriteTx,
    actor: AccountId,
    kept: Kept,
    description: str | None,
    focus: tuple[float, float],
    chosen: Preview | None = None,
) -> Attachment:
    """Record a picture, which its uploader can give to a post from now on."""
    claim(tx, kept.original, kept.small)
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
    if chosen is not None:
        claim(tx, chosen.small)
        forget_files(tx, kept.small)
        attachment = with_preview(attachment, chosen)
    media.add(tx, actor, attachment)
    tx.emit(MediaUploaded(media=attachment.id, account=actor))
    return attachment


def expect(tx: WriteTx, *keys: str) -> None:
    """Say which files are about to be stored: those that nobody claims are deleted, as whoever stored them died."""
    for key in keys:
        tasks.add(tx, FILES, key, key, due=Millis(tx.now + limits.UNCLAIMED_SECONDS * 1_000))


def claim(tx: WriteTx, *pictures: Picture) -> None:
    """Keep stored files, now that a row knows them."""
    for key in dict.fromkeys(picture.key for picture in pictures if picture.key):
        tasks.withdraw(tx, FILES, key)


def own(tx: Tx, actor: AccountId, id_: MediaId) -> Attachment:
    """Load a file that waits for its post; for others than its uploader there is none."""
    found = media.own(tx, actor, id_)
    if found is None or found[1] is not None:
        raise NotFound
    return found[0]


def describe(tx: WriteTx, actor: AccountId, id_: MediaId, description: str | None) -> None:
    """Say what a picture that waits for its post shows."""
    media.change(tx, msgspec.structs.replace(own(tx, actor, id_), description=description))


def preview(tx: WriteTx, actor: AccountId, id_: MediaId, chosen: Preview) -> None:
    """Show another picture for a file that waits for its post than the one made of it."""
    before = own(tx, actor, id_)
    claim(tx, chosen.small)
    if before.small != before.original:
        forget_files(tx, before.small)
    media.change(tx, with_preview(before, chosen))


def with_preview(attachment: Attachment, chosen: Preview) -> Attachment:
    """Let an attachment show a picture that its uploader chose."""
    return msgspec.structs.replace(
        attachment, small=chosen.small, blurhash=chosen.blurhash, colours=chosen.colours, own_preview=True
    )


class Described(msgspec.Struct, frozen=True):
    """What else should be said of a file; None leaves it as it is."""

    id: MediaId
    description: str | None = None
    focus: tuple[float, float] | None = None


def describe_all(tx: WriteTx, actor: AccountId, said: Iterable[Described]) -> None:
    """Say of files that wait for their post what they show, and what a crop must keep of them."""
    for each in said:
        if each.description is not None:
            describe(tx, actor, each.id, checked_description(each.description))
        if each.focus is not None:
            focus(tx, actor, each.id, each.focus)


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


def check_together(attachments: Sequence[Attachment]) -> None:
    """Refuse what a post cannot show, in the words that clients know: what is not ready, and video or sound among others."""
    if len(attachments) > 1 and any(each.type in ("video", "audio") for each in attachments):
        raise Invalid("Cannot attach a video to a post that already contains images")
    if any(each.state == "failed" for each in attachments):
        raise Invalid(StillPreparing.message)  # clients know no other sentence for it
    if any(each.state != "ready" for each in attachments):
        raise StillPreparing


def forget_orphans(tx: WriteTx) -> int:
    """Clear away some of the files that have waited too long for a post, and return how many."""
    orphans = media.expired(tx, tx.now - limits.ORPHAN_SECONDS * 1_000, limits.ORPHANS_AT_ONCE)
    for attachment in orphans:
        forget(tx, attachment)
    return len(orphans)


def forget_all_of(tx: WriteTx, post_id: PostId) -> None:
    """Forget the files of a post, those of its earlier versions too."""
    for attachment in media.of_post(tx, post_id):
        forget(tx, attachment)


def release_all_of(tx: WriteTx, post_id: PostId) -> None:
    """Give the files of a post back to their uploader, for another post; they are cleared away when none comes of that."""
    if media.release(tx, post_id):
        hour = (tx.now + limits.ORPHAN_SECONDS * 1_000) // _HOUR + 1
        tasks.add(tx, CLEARING, str(hour), "", due=Millis(hour * _HOUR))


def forget(tx: WriteTx, attachment: Attachment) -> None:
    """Forget a file, and let its bytes be deleted."""
    media.remove(tx, attachment.id)
    forget_files(tx, attachment.original, attachment.small)


def forget_files(tx: WriteTx, *pictures: Picture) -> None:
    """Let bytes be deleted, after the commit and however often that takes."""
    for key in dict.fromkeys(picture.key for picture in pictures if picture.key):
        tasks.withdraw(tx, FILES, key)  # it may be expected for later
        tasks.add(tx, FILES, key, key)


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
