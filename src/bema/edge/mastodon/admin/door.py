"""The door: e-mail domains, addresses and networks that nobody may join from, or only after approval."""

from typing import Any, Literal

import msgspec

from bema.domain import guarding
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.admin import StaffPaging
from bema.edge.mastodon.admin.domains import Named, page
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.decisions import DoorSeverity
from bema.model.permissions import Permission
from bema.store.measures import EMAIL_BLOCKS, EMAIL_DOMAIN_BLOCKS, NETWORK_BLOCKS, tries
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.admin import AdminCanonicalEmailBlock, AdminEmailDomainBlock, AdminIpBlock
from bema.wire.mastodon.statuses import TagDay
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_MAY = Permission.MANAGE_BLOCKS

# --- Domains of e-mail addresses --------------------------------------------------------------------------------------

_EMAIL_DOMAINS = "/api/v1/admin/email_domain_blocks"


@routes.get(_EMAIL_DOMAINS, scope="admin:read:email_domain_blocks", permission=_MAY, answer=list[AdminEmailDomainBlock])
def email_domains(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List the domains whose addresses nobody may join with."""
    rows = guarding.page(tx, EMAIL_DOMAIN_BLOCKS, ask.range())
    counted = tries(tx, [row.id for row in rows], limits.TAG_HISTORY_DAYS)
    return page(call, [_email_domain(row, counted[row.id]) for row in rows])


@routes.get(_EMAIL_DOMAINS + "/{id}", scope="admin:read:email_domain_blocks", permission=_MAY)
def email_domain(call: Call, tx: Tx) -> AdminEmailDomainBlock:
    """View one of these domains, and how many tried."""
    return _one_email_domain(tx, call.path_id())


@routes.post(_EMAIL_DOMAINS, scope="admin:write:email_domain_blocks", permission=_MAY)
def block_email_domain(call: Call, tx: WriteTx, ask: Named) -> AdminEmailDomainBlock:
    """Let nobody join with an address of a domain, by a decision."""
    return _one_email_domain(tx, guarding.block_email_domain(tx, call.staff, ask.domain))


@routes.delete(_EMAIL_DOMAINS + "/{id}", scope="admin:write:email_domain_blocks", permission=_MAY)
def unblock_email_domain(call: Call, tx: WriteTx) -> None:
    """Take that back."""
    guarding.end(tx, call.staff, EMAIL_DOMAIN_BLOCKS, call.path_id())


def _one_email_domain(tx: Tx, id_: int) -> AdminEmailDomainBlock:
    row = guarding.one(tx, EMAIL_DOMAIN_BLOCKS, id_)
    return _email_domain(row, tries(tx, [id_], limits.TAG_HISTORY_DAYS)[id_])


def _email_domain(row: Any, counted: list[tuple[int, int]]) -> AdminEmailDomainBlock:
    return AdminEmailDomainBlock(
        id=str(row.id),
        domain=row.name,
        created_at=iso(row.created_at),
        history=[TagDay(day=str(day * 86_400), accounts=str(count), uses=str(count)) for day, count in counted],
    )


# --- Addresses --------------------------------------------------------------------------------------------------------

_EMAILS = "/api/v1/admin/canonical_email_blocks"


@routes.get(_EMAILS, scope="admin:read:canonical_email_blocks", permission=_MAY, answer=list[AdminCanonicalEmailBlock])
def emails(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List the digests of addresses that nobody may join with."""
    return page(call, [_email(row) for row in guarding.page(tx, EMAIL_BLOCKS, ask.range())])


@routes.get(_EMAILS + "/{id}", scope="admin:read:canonical_email_blocks", permission=_MAY)
def email(call: Call, tx: Tx) -> AdminCanonicalEmailBlock:
    """View one of these digests."""
    return _email(guarding.one(tx, EMAIL_BLOCKS, call.path_id()))


class Tested(msgspec.Struct, frozen=True):
    """An address, however it is spelled."""

    email: str = ""


@routes.post(_EMAILS + "/test", scope="admin:read:canonical_email_blocks", permission=_MAY, writes=False)
def test(call: Call, tx: Tx, ask: Tested) -> list[AdminCanonicalEmailBlock]:
    """Find out whether an address is among them."""
    return [_email(row) for row in guarding.matching_email_blocks(tx, ask.email)]


class NewEmailBlock(msgspec.Struct, frozen=True):
    """An address, or the digest of one."""

    email: str = ""
    canonical_email_hash: str = ""


@routes.post(_EMAILS, scope="admin:write:canonical_email_blocks", permission=_MAY)
def block_email(call: Call, tx: WriteTx, ask: NewEmailBlock) -> AdminCanonicalEmailBlock:
    """Let nobody join with an address, however it is spelled, by a decision."""
    id_ = guarding.block_email(tx, call.staff, ask.email, ask.canonical_email_hash)
    return _email(guarding.one(tx, EMAIL_BLOCKS, id_))


@routes.delete(_EMAILS + "/{id}", scope="admin:write:canonical_email_blocks", permission=_MAY)
def unblock_email(call: Call, tx: WriteTx) -> None:
    """Take that back."""
    guarding.end(tx, call.staff, EMAIL_BLOCKS, call.path_id())


def _email(row: Any) -> AdminCanonicalEmailBlock:
    return AdminCanonicalEmailBlock(id=str(row.id), canonical_email_hash=row.digest)


# --- Networks ---------------------------------------------------------------------------------------------------------

_NETWORKS = "/api/v1/admin/ip_blocks"
SeverityName = Literal["sign_up_requires_approval", "sign_up_block", "no_access"]
_NAMES: dict[int, SeverityName] = {0: "sign_up_requires_approval", 1: "sign_up_block", 2: "no_access"}
_SEVERITIES = {name: DoorSeverity(number) for number, name in _NAMES.items()}


@routes.get(_NETWORKS, scope="admin:read:ip_blocks", permission=_MAY, answer=list[AdminIpBlock])
def networks(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List the networks that are kept away."""
    return page(call, [_network(row) for row in guarding.page(tx, NETWORK_BLOCKS, ask.range())])


@routes.get(_NETWORKS + "/{id}", scope="admin:read:ip_blocks", permission=_MAY)
def network(call: Call, tx: Tx) -> AdminIpBlock:
    """View one of these networks."""
    return _network(guarding.one(tx, NETWORK_BLOCKS, call.path_id()))


class NetworkTerms(msgspec.Struct, frozen=True):
    """A network, what happens to who comes from it, and for how many seconds."""

    ip: str | None = None
    severity: SeverityName | None = None
    comment: str | None = None
    expires_in: int | None = None


@routes.post(_NETWORKS, scope="admin:write:ip_blocks", permission=_MAY)
def block_network(call: Call, tx: WriteTx, ask: NetworkTerms) -> AdminIpBlock:
    """Keep a network away, by a decision."""
    severity = None if ask.severity is None else _SEVERITIES[ask.severity]
    ip = "0.0.0.0/32" if ask.ip is None else ask.ip
    id_ = guarding.block_network(tx, call.staff, ip, severity, ask.comment or "", _lasting(ask))
    return _network(guarding.one(tx, NETWORK_BLOCKS, id_))


@routes.update(_NETWORKS + "/{id}", scope="admin:write:ip_blocks", permission=_MAY)
def change_network(call: Call, tx: WriteTx, ask: NetworkTerms) -> AdminIpBlock:
    """Keep a network away on other terms; what is not named stays."""
    severity = None if ask.severity is None else _SEVERITIES[ask.severity]
    id_ = guarding.change_network_block(tx, call.staff, call.path_id(), ask.ip, severity, ask.comment, _lasting(ask))
    return _network(guarding.one(tx, NETWORK_BLOCKS, id_))


@routes.delete(_NETWORKS + "/{id}", scope="admin:write:ip_blocks", permission=_MAY)
def unblock_network(call: Call, tx: WriteTx) -> None:
    """Keep a network away no more."""
    guarding.end(tx, call.staff, NETWORK_BLOCKS, call.path_id())


def _lasting(ask: NetworkTerms) -> int | None:
    return None if ask.expires_in is None else min(ask.expires_in, limits.MUTE_SECONDS_MAX)


def _network(row: Any) -> AdminIpBlock:
    return AdminIpBlock(
        id=str(row.id),
        ip=row.network,
        severity=_NAMES[row.severity],
        comment=row.comment,
        created_at=iso(row.created_at),
        expires_at=None if row.expires_at is None else iso(row.expires_at),
    )
