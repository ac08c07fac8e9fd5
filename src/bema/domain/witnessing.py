"""Witnessing: the logs of others are signed as long as each goes on from where it was; nobody can show two of one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bema.model.errors import BadRequest, Forbidden, NotFound, Refusal
from bema.store import witnessed
from bema.store.tx import WriteTx
from bema.wire.tlog.checkpoints import Submission, checkpoint_in
from bema.wire.tlog.notes import Unsigned, Verifier, parse
from bema.wire.tlog.tiles import Malformed
from bema.wire.tlog.tree import extends


class Seen(NamedTuple):
    """What a witness says to a log: the text that it now signs; or, without one, which size it signed last."""

    size: int
    text: str | None


def witness(tx: WriteTx, known: Mapping[str, Sequence[Verifier]], asked: Submission) -> Seen:
    """Check that a log grew from what was last signed of it, and remember what it is now (C2SP tlog-witness)."""
    try:
        note = parse(asked.note)
        now = checkpoint_in(note)
    except Malformed as error:
        raise BadRequest(f"The checkpoint: {error}") from None
    keys = known.get(now.origin)
    if keys is None:
        raise NotFound("The log is not known here")
    try:
        note.require(keys)
    except Unsigned as error:
        raise Forbidden(str(error)) from None
    if asked.old > now.size:
        raise BadRequest("The log was larger before")
    before = witnessed.hold(tx, now.origin)
    if asked.old != before.size or (before.size == now.size and before.root != now.root):
        return Seen(before.size, None)
    if not extends(before.size, before.root, now.size, now.root, asked.proof):
        raise Refusal("The proof does not show that the log grew from what was signed before")
    witnessed.move(tx, now.origin, now.size, now.root, asked.note)
    return Seen(now.size, note.text)
