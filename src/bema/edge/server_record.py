"""The record of measures against other servers for programs: taken up where one left off, and checked by the public log."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import disclosing
from bema.domain.disclosing import Record
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.model import limits
from bema.model.errors import Invalid, NotFound, Unauthenticated
from bema.store import public_log
from bema.store.public_log import Signed
from bema.store.tx import Tx
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)


class After(msgspec.Struct, frozen=True):
    """After which record to go on, and up to which state of the log; without, from the first to the newest."""

    after: Annotated[int, Meta(ge=-1, lt=1 << 53)] = -1
    limit: Annotated[int, Meta(ge=1, le=limits.SERVER_RECORDS)] = limits.SERVER_RECORDS
    tree_size: Annotated[int, Meta(ge=0, lt=1 << 53)] | None = None


class ServerRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Records in their order; `next` is after which id there are more."""

    as_of: str
    tree_size: int
    log: str
    records: list[Record]
    next: int | None


@routes.get("/api/trust/v1/server-measures", needs=Needs.NOBODY)
def listed(call: Call, tx: Tx, ask: After) -> ServerRecords:
    """View measures against other servers and what took them back, the first first; what was given out never changes."""
    signed = readable(call, tx, ask.tree_size)
    found = disclosing.Records([], None)
    if signed is not None:
        found = disclosing.records(tx, signed, ask.after, ask.limit)
    return ServerRecords(
        as_of=iso(tx.now),
        tree_size=0 if signed is None else signed.size,
        log=f"{call.parts.settings.domain}/log",
        records=found.found,
        next=found.next,
    )


def readable(call: Call, tx: Tx, size: int | None = None) -> Signed | None:
    """Return the newest signed state, or its beginning, as far as the operators let this be read."""
    readers = call.parts.settings.domain_blocks_for
    if readers == "nobody":
        raise NotFound
    if readers == "members" and call.viewer is None:
        raise Unauthenticated("This method requires an authenticated user")
    signed = public_log.newest_signed(tx)
    if size is None or signed is None:
        return signed
    if size > signed.size:
        raise Invalid(f"Validation failed: Tree size is larger than the log ({signed.size})")
    return signed._replace(size=size)
