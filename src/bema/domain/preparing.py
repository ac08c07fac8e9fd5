"""Preparing: a video or sound is received as it came, waits its turn, and is shown once it is ready."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from bema.domain.uploading import Preview, claim, forget_files, with_preview
from bema.model import limits
from bema.model.errors import TooMany
from bema.model.events import MediaUploaded
from bema.model.ids import AccountId, MediaId
from bema.model.views import NO_PICTURE, Attachment, Picture, Recording
from bema.store import media, tasks
from bema.store.tx import Tx, WriteTx

PREPARING = "recordings"  # the name under which recordings wait to be prepared


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was uploaded, whose bytes are stored already."""

    raw: Picture
    type: Literal["video", "gifv", "audio"]  # as it seems; what it is, is known when it is prepared


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of a recording; its bytes are stored already."""

    type: Literal["video", "gifv", "audio"]
    original: Picture
    content_type: str
    recording: Recording
    preview: Preview | None


def check_room(tx: Tx, actor: AccountId) -> None:
    """Refuse more recordings than can be prepared in good time."""
    if media.waiting_of(tx, actor) >= limits.PREPARING_WAITING_EACH:
        raise TooMany(
            "Your other uploads are still being prepared, please try again in a moment",
            retry_after_seconds=limits.PREPARING_RETRY_SECONDS,
        )
    if media.waiting(tx) >= limits.PREPARING_WAITING:
        raise TooMany(
            "Too many videos and sounds are being prepared at this moment, please try again",
            retry_after_seconds=limits.PREPARING_RETRY_SECONDS,
        )


def receive(
    tx: WriteTx,
    actor: AccountId,
    received: Received,
    description: str | None,
    focus: tuple[float, float],
    chosen: Preview | None = None,
) -> Attachment:
    """Record a video or sound, and let it be prepared; its uploader can give it to a post when it is ready."""
    check_room(tx, actor)
    claim(tx, received.raw)
    attachment = Attachment(
        id=MediaId(tx.new_id()),
        type=received.type,
        original=received.raw,
        small=NO_PICTURE,
        description=description,
        blurhash=None,
        focus=focus,
        state="waiting",
    )
    if chosen is not None:
        claim(tx, chosen.small)
        attachment = with_preview(attachment, chosen)
    media.add(tx, actor, attachment)
    tasks.add(tx, PREPARING, str(attachment.id), str(attachment.id))
    tx.emit(MediaUploaded(media=attachment.id, account=actor))
    return attachment


def waiting(tx: Tx, id_: MediaId) -> Attachment | None:
    """Load a recording that is not prepared yet; None when it is, or is gone."""
    found = media.by_id(tx, id_)
    return found if found is not None and found.state == "waiting" else None


def any_waiting(tx: Tx, ids: Sequence[MediaId]) -> bool:
    """Tell whether some of these files are not prepared yet."""
    return media.any_waiting(tx, ids)


def finish(tx: WriteTx, id_: MediaId, ready: Ready) -> None:
    """Put what was made of a recording in its place. What was said about it meanwhile stays."""
    before = waiting(tx, id_)
    made = [ready.original] if ready.preview is None else [ready.original, ready.preview.small]
    if before is None:  # it was thrown away
        forget_files(tx, *made)
        return
    claim(tx, ready.original)
    after = msgspec.structs.replace(
        before,
        type=ready.type,
        original=ready.original,
        content_type=ready.content_type,
        recording=ready.recording,
        state="ready",
    )
    if ready.preview is not None and before.own_preview:
        forget_files(tx, ready.preview.small)
    elif ready.preview is not None:
        claim(tx, ready.preview.small)
        after = msgspec.structs.replace(with_preview(after, ready.preview), own_preview=False)
    media.change(tx, after)
    forget_files(tx, before.original)


def fail(tx: WriteTx, id_: MediaId) -> None:
    """Say that nothing can be made of a recording; its uploader is told when they ask."""
    before = waiting(tx, id_)
    if before is None:
        return
    forget_files(tx, before.original)
    media.change(tx, msgspec.structs.replace(before, original=NO_PICTURE, state="failed"))
