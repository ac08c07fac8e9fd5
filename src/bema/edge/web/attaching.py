"""Files of the composer's form: those that come with it, those that came before, and what is said about each."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import structs

from bema.domain import uploading
from bema.domain.uploading import Described
from bema.edge.call import Call, Upload
from bema.edge.uploads import prepared, uploaded
from bema.model import limits
from bema.model.ids import MediaId, parse_id
from bema.model.views import Attachment
from bema.store import media
from bema.store.tx import Tx, WriteTx

_NUMBER_CHARACTERS = 24  # of a number between -1 and 1, as browsers write them


class Piece(msgspec.Struct, frozen=True):
    """One post of what was typed: its text and its files."""

    text: str
    attached: list[MediaId]
    fields: Mapping[str, object]  # of the form, that are about it


def pieces(call: Call, text: str, media_ids: list[str]) -> list[Piece]:
    """Return the posts that were typed: the first, and those of the thread that follow it as `more[2]`, `more[3]`, …"""
    found = [Piece(text, _ids(media_ids), call.parameters)]
    more = call.parameters.get("more")
    for number in range(2, limits.THREAD_POSTS + 1):
        fields = more.get(str(number)) if isinstance(more, dict) else None
        if isinstance(fields, dict):
            typed, kept = fields.get("text"), fields.get("media_ids")
            found.append(Piece(typed if isinstance(typed, str) else "", _ids(kept), fields))
    return found


def _ids(texts: object) -> list[MediaId]:
    listed = [each for each in texts if isinstance(each, str)] if isinstance(texts, list) else []
    return [MediaId(id_) for text in listed if (id_ := parse_id(text)) is not None]


def files_in(written: Iterable[Piece]) -> int:
    """Count the files that came with the form."""
    slots = range(1, limits.POST_ATTACHMENTS + 1)
    files = [piece.fields.get(f"media_{slot}") for piece in written for slot in slots]
    return sum(isinstance(file, Upload) and file.size > 0 for file in files)


async def upload_files(call: Call, written: Iterable[Piece]) -> None:
    """Keep the files that came with the form, one after the other, and add them to what is attached."""
    for piece in written:
        for slot in range(1, limits.POST_ATTACHMENTS + 1):
            file = piece.fields.get(f"media_{slot}")
            if not isinstance(file, Upload) or not file.size:
                continue
            typed = piece.fields.get(f"description_{slot}")
            description = uploading.checked_description(typed if isinstance(typed, str) else None)
            point = _point(piece.fields, f"_{slot}") or (0.0, 0.0)
            piece.attached.append((await uploaded(call, file, description, point)).id)
        await prepared(call, piece.attached)


def described(piece: Piece) -> list[Described]:
    """Return what is said now about files that came before."""
    fields = piece.fields
    said = [(id_, fields.get(f"description_of_{id_}"), _point(fields, f"_of_{id_}")) for id_ in piece.attached]
    return [
        Described(id_, text if isinstance(text, str) else None, point)
        for id_, text, point in said
        if isinstance(text, str) or point is not None
    ]


def _point(fields: Mapping[str, object], which: str) -> tuple[float, float] | None:
    """Read the point that a crop must keep, from two fields that go from -1 to 1."""
    across, up = _way(fields.get(f"focus_x{which}")), _way(fields.get(f"focus_y{which}"))
    return None if across is None or up is None else (across, up)


def _way(typed: object) -> float | None:
    try:
        value = float(typed) if isinstance(typed, str) and len(typed) <= _NUMBER_CHARACTERS else math.nan
    except ValueError:
        return None
    return None if math.isnan(value) else max(-1.0, min(1.0, value))


def describe_kept(tx: WriteTx, call: Call, written: Iterable[Piece]) -> None:
    """Say about files that came with an earlier form what is said now."""
    uploading.describe_all(tx, call.actor, [said for piece in written for said in described(piece)])


def own_files(tx: Tx, call: Call, piece: Piece) -> list[Attachment]:
    """Load the files that one attached, described as they are described now."""
    found = [media.own(tx, call.actor, id_) for id_ in piece.attached[: limits.POST_ATTACHMENTS]]
    said = {each.id: each for each in described(piece)}
    return [_as_said(each[0], said.get(each[0].id)) for each in found if each is not None]


def _as_said(file: Attachment, said: Described | None) -> Attachment:
    if said is None:
        return file
    changes: dict[str, Any] = {} if said.description is None else {"description": said.description}
    if said.focus is not None:
        changes["focus"] = said.focus
    return structs.replace(file, **changes)
