"""Attachments as Mastodon clients read them: addresses, and all the measures that let a page be laid out beforehand."""

from fractions import Fraction
from functools import lru_cache

from msgspec import UNSET
from msgspec.structs import replace

from bema.model import views
from bema.model.site import Site
from bema.wire.mastodon import statuses


def media_attachment(site: Site, attachment: views.Attachment) -> statuses.MediaAttachment:
    """Render an attachment; one that is being prepared has no address yet."""
    ready = attachment.state == "ready"
    return statuses.MediaAttachment(
        id=str(attachment.id),
        type=attachment.type,  # type: ignore[arg-type]  # written by us alone
        url=site.media(attachment.original.key) if ready else None,
        preview_url=site.media(attachment.small.key) if attachment.small.key else None,
        remote_url=attachment.remote_url,
        meta=_meta(attachment),
        description=attachment.description,
        blurhash=attachment.blurhash,
    )


def _meta(attachment: views.Attachment) -> statuses.MediaMeta:
    x, y = attachment.focus
    small = _size(attachment.small.width, attachment.small.height) if attachment.small.width else UNSET
    focus = statuses.Focus(x=x, y=y)
    if attachment.state != "ready":
        return statuses.MediaMeta(small=small, focus=focus)
    original = attachment.original
    recording, colours = attachment.recording, attachment.colours
    if recording is None and not original.width:  # of another server, which does not say how large it is
        return statuses.MediaMeta(focus=focus)
    if recording is None:
        return statuses.MediaMeta(original=_size(original.width, original.height), small=small, focus=focus)
    measured = statuses.MediaSize(duration=recording.seconds, bitrate=recording.bits_per_second)
    meta = statuses.MediaMeta(
        length=_length(recording.seconds), duration=recording.seconds, original=measured, small=small, focus=focus
    )
    if (sound := recording.sound) is not None:
        meta = replace(
            meta,
            audio_encode=sound.codec,
            audio_bitrate=f"{sound.hertz} Hz",  # Mastodon means the samples a second, and calls them so
            audio_channels="mono" if sound.channels == 1 else "stereo",
        )
    if colours is not None and attachment.type == "audio":
        dress = statuses.MediaColors(
            background=colours.background, foreground=colours.foreground, accent=colours.accent
        )
        meta = replace(meta, colors=dress)
    if not original.width:
        return meta
    size, rate = _size(original.width, original.height), recording.frame_rate or "25"
    return replace(
        meta,
        size=size.size,
        width=size.width,
        height=size.height,
        aspect=size.aspect,
        fps=round(Fraction(rate)),
        original=replace(measured, width=size.width, height=size.height, frame_rate=rate),
    )


def _length(seconds: float) -> str:
    """Write a time as Mastodon does: 0:01:28.65."""
    whole, part = divmod(round(seconds * 100), 100)
    return f"{whole // 3_600}:{whole // 60 % 60:02}:{whole % 60:02}.{part:02}"


@lru_cache(maxsize=1_000)
def _size(width: int, height: int) -> statuses.MediaSize:
    return statuses.MediaSize(width=width, height=height, size=f"{width}x{height}", aspect=width / height)
