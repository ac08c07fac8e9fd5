"""Domain blocks of a person: servers of which they want nothing."""

from typing import ClassVar

import msgspec

from bema.domain import blocking_domains
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.API)


class DomainsPaging(Paging, frozen=True):
    """Which part of a list of domains is asked for."""

    DEFAULT: ClassVar[int] = limits.BLOCKED_DOMAINS_PAGE_DEFAULT
    MOST: ClassVar[int] = limits.BLOCKED_DOMAINS_PAGE_MAX


@routes.get("/api/v1/domain_blocks", scope="read:blocks", answer=list[str])
def blocked(call: Call, tx: Tx, ask: DomainsPaging) -> Json:
    """View which domains one blocks."""
    page = blocking_domains.blocked(tx, call.actor, ask.range())
    return paged(call, page.items, page.first, page.last)


class Domain(msgspec.Struct, frozen=True):
    """A domain."""

    domain: str = ""


@routes.post("/api/v1/domain_blocks", scope="write:blocks")
def block(call: Call, tx: WriteTx, ask: Domain) -> None:
    """Block a domain."""
    blocking_domains.block(tx, call.actor, ask.domain)


@routes.delete("/api/v1/domain_blocks", scope="write:blocks")
def unblock(call: Call, tx: WriteTx, ask: Domain) -> None:
    """Unblock a domain."""
    blocking_domains.unblock(tx, call.actor, ask.domain)
