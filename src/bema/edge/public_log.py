"""The public log as files (C2SP tlog-tiles): the newest signed state, the hashes under it, and the entries themselves.

Beside it, this server witnesses the logs of others (C2SP tlog-witness).
"""

import msgspec
import structlog

from bema.domain import recording, witnessing
from bema.edge.answers import Answer, Json
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import BadRequest, NotFound, Unavailable
from bema.outside.log_keeper import keeper_at
from bema.store import key_rotations, public_log
from bema.store.tx import Tx
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import Proof, read_submission
from bema.wire.tlog.notes import Verifier
from bema.wire.tlog.tiles import Malformed, bundle, hashes_of, tile_at
from bema.wire.tlog.tree import TILE_WIDTH, width_of

routes = Routes(Surface.PLAIN)
log = structlog.get_logger("bema.log")

_TEXT = b"text/plain; charset=utf-8"
_BYTES = b"application/octet-stream"
_NEVER = ((b"cache-control", b"no-cache"),)
_FOR_EVER = ((b"cache-control", b"public, max-age=31536000, immutable"),)


@routes.get("/log/checkpoint", answer=str, content_type="text/plain")
def checkpoint(call: Call, tx: Tx) -> Answer:
    """Return the newest signed state of the public log (C2SP tlog-checkpoint)."""
    newest = public_log.newest_signed(tx)
    if newest is None:
        raise NotFound
    return Answer(newest.note.encode(), content_type=_TEXT, headers=_NEVER)


@routes.get("/.well-known/trust.json", answer=dict)
def trust(call: Call, tx: Tx) -> Json:
    """Tell which public log this server keeps, the keys that sign it, and who witnesses it."""
    keeper = keeper_at(call.parts.settings.home, call.parts.settings.domain)
    turns = [entries.decode(content) for content in key_rotations.newest(tx)]
    rotations = [msgspec.to_builtins(each.body) for each in turns if isinstance(each, entries.KeyRotated)]
    vkey = recording.current_key(tx)
    try:
        policy = keeper.policy()
    except ValueError as error:
        log.error("the list of witnesses cannot be read", reason=str(error))
        policy = None
    told = {
        "origin": keeper.origin,
        "log": f"{call.site.base}/log",
        "checkpoint": f"{call.site.base}/log/checkpoint",
        "vkeys": list(dict.fromkeys([*(each["old"] for each in rotations), *([] if vkey is None else [vkey])])),
        "rotations": rotations,
        "witnesses": [] if policy is None else [str(each.verifier) for each in policy.witnesses.values()],
    }
    return Json(told, headers=_NEVER)


@routes.get("/log/tile/{rest...}", answer=str, content_type="application/octet-stream")
def tile(call: Call, tx: Tx) -> Answer:
    """Return hashes (`<level>/<number>`) or entries (`entries/<number>`) of the public log (C2SP tlog-tiles)."""
    asked = tile_at(f"tile/{call.path_values['rest']}")
    newest = public_log.newest_signed(tx)
    if asked is None or newest is None or asked.width > width_of(asked.level or 0, asked.number, newest.size):
        raise NotFound
    if asked.level is None:
        content = bundle(public_log.entries(tx, asked.number * TILE_WIDTH, asked.width))
    else:
        content = hashes_of(public_log.tile(tx, asked.level, asked.number, asked.width))
    return Answer(content, content_type=_BYTES, headers=_FOR_EVER)


@routes.get("/trust/decisions/{place}/entry.tlog-proof", answer=str, content_type="text/plain")
def receipt(call: Call, tx: Tx) -> Answer:
    """Return what proves offline that an entry stands in the public log (C2SP tlog-proof); its promises stay closed."""
    place = call.path_id("place")
    found = recording.receipt(tx, place)
    if found is None or str(place) != call.path_values["place"]:
        raise NotFound
    name = f'attachment; filename="entry-{place}.tlog-proof"'.encode()
    return Answer(Proof(*found).write().encode(), content_type=_TEXT, headers=[*_NEVER, (b"content-disposition", name)])


@routes.post(
    "/witness/add-checkpoint", answer=str, content_type="text/plain", body_bytes=limits.SUBMISSION_BYTES, raw=True
)
async def add_checkpoint(call: Call) -> Answer:
    """Witness the log of another server: sign that it goes on from what was signed before (C2SP tlog-witness)."""
    body = call.parameters.get("body")
    if not isinstance(body, bytes):  # there was none, but perhaps a parameter of that name in the address
        raise BadRequest("The request: there is no body")
    try:
        asked = read_submission(body)
    except Malformed as error:
        raise BadRequest(f"The request: {error}") from None
    keeper = keeper_at(call.parts.settings.home, call.parts.settings.domain)
    try:
        peers = keeper.peers() if keeper.exists else None
    except ValueError as error:
        log.error("the list of logs that are witnessed here cannot be read", reason=str(error))
        raise Unavailable("This witness cannot read which logs it knows") from None
    known: dict[str, list[Verifier]] = {}
    for each in [] if peers is None else peers.logs:
        known.setdefault(each.verifier.name, []).append(each.verifier)
    seen = await call.write(witnessing.witness, known, asked)
    if seen.text is None:
        return Answer(f"{seen.size}\n".encode(), status=409, content_type=b"text/x.tlog.size")
    line = keeper.witness().line(seen.text, time=call.parts.clock.now() // 1_000)
    return Answer(line.encode(), content_type=_TEXT)
