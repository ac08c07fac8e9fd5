"""The public log as files (C2SP tlog-tiles): the newest signed state, the hashes under it, and the entries themselves."""

from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.errors import NotFound
from bema.store import public_log
from bema.store.tx import Tx
from bema.wire.tlog.tiles import bundle, hashes_of, tile_at
from bema.wire.tlog.tree import TILE_WIDTH, width_of

routes = Routes(Surface.PLAIN)

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
