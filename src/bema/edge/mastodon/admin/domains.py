"""Domains: keeping other servers away, naming those that may come, and what everybody may read of it."""

import hashlib
from typing import Any, Literal

import msgspec

from bema.domain import disclosing, guarding
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.admin import StaffPaging
from bema.edge.routes import Needs, Routes, Surface
from bema.model.decisions import Severity
from bema.model.errors import NotFound, Unauthenticated
from bema.model.permissions import Permission
from bema.store.measures import DOMAIN_ALLOWS, DOMAIN_BLOCKS
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.admin import AdminDomainAllow, AdminDomainBlock, ExistingDomainBlock
from bema.wire.mastodon.moderation import DomainBlock
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_MAY = Permission.MANAGE_FEDERATION
SeverityName = Literal["silence", "suspend", "noop"]
_SEVERITIES: dict[str, Severity] = {"silence": Severity.LIMIT, "suspend": Severity.SUSPEND, "noop": Severity.NOOP}
_NAMES: dict[int, SeverityName] = {0: "noop", 1: "silence", 2: "suspend"}

# --- For everybody ----------------------------------------------------------------------------------------------------


@routes.get("/api/v1/instance/domain_blocks", needs=Needs.NOBODY)
def public(call: Call, tx: Tx) -> list[DomainBlock]:
    """List the servers that are kept away, as far as the operators let it be read."""
    readers = call.parts.settings.domain_blocks_for
    if readers == "nobody":
        raise NotFound
    if readers == "members" and call.viewer is None:
        raise Unauthenticated("This method requires an authenticated user")
    return [
        DomainBlock(
            domain=disclosing.veiled(row.name) if row.obfuscate else row.name,
            digest=_digest(row.name),
            severity="suspend" if row.severity == int(Severity.SUSPEND) else "silence",
            comment=row.public_comment or "",
        )
        for row in guarding.public_domain_blocks(tx)
    ]


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


# --- Keeping away -----------------------------------------------------------------------------------------------------


@routes.get(
    "/api/v1/admin/domain_blocks", scope="admin:read:domain_blocks", permission=_MAY, answer=list[AdminDomainBlock]
)
def blocks(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List the domains that are kept away."""
    return page(call, [_block(row) for row in guarding.page(tx, DOMAIN_BLOCKS, ask.range())])


@routes.get("/api/v1/admin/domain_blocks/{id}", scope="admin:read:domain_blocks", permission=_MAY)
def view_block(call: Call, tx: Tx) -> AdminDomainBlock:
    """View how a domain is kept away."""
    return _block(guarding.one(tx, DOMAIN_BLOCKS, call.path_id()))


class Terms(msgspec.Struct, frozen=True):
    """How a domain is to be kept away; when it is changed, what is not named stays."""

    domain: str = ""
    severity: SeverityName | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None


@routes.post("/api/v1/admin/domain_blocks", scope="admin:write:domain_blocks", permission=_MAY, answer=AdminDomainBlock)
def block(call: Call, tx: WriteTx, ask: Terms) -> AdminDomainBlock | Json:
    """Keep a domain away, by a decision."""
    terms = _terms(ask, guarding.DomainTerms())
    existing = guarding.stricter_block(tx, ask.domain, terms.severity)
    if existing is not None:
        sentence = f"You have already imposed stricter limits on {existing.name}."
        return Json(ExistingDomainBlock(error=sentence, existing_domain_block=_block(existing)), 422)
    id_ = guarding.block_domain(tx, call.site, call.staff, ask.domain, terms)
    return _block(guarding.one(tx, DOMAIN_BLOCKS, id_))


@routes.update("/api/v1/admin/domain_blocks/{id}", scope="admin:write:domain_blocks", permission=_MAY)
def change_block(call: Call, tx: WriteTx, ask: Terms) -> AdminDomainBlock:
    """Keep a domain away on other terms, by a new decision in the place of the old one."""
    id_ = call.path_id()
    row = guarding.one(tx, DOMAIN_BLOCKS, id_)
    held = guarding.DomainTerms(
        Severity(row.severity),
        row.reject_media,
        row.reject_reports,
        row.private_comment,
        row.public_comment,
        row.obfuscate,
    )
    guarding.change_domain_block(tx, call.staff, id_, _terms(ask, held))
    return _block(guarding.one(tx, DOMAIN_BLOCKS, id_))


@routes.delete("/api/v1/admin/domain_blocks/{id}", scope="admin:write:domain_blocks", permission=_MAY)
def unblock(call: Call, tx: WriteTx) -> None:
    """Keep a domain away no more."""
    guarding.end(tx, call.staff, DOMAIN_BLOCKS, call.path_id())


def _terms(ask: Terms, held: guarding.DomainTerms) -> guarding.DomainTerms:
    named = {name: value for name, value in msgspec.structs.asdict(ask).items() if value is not None}
    del named["domain"]
    if ask.severity is not None:
        named["severity"] = _SEVERITIES[ask.severity]
    return msgspec.structs.replace(held, **named)


def _block(row: Any) -> AdminDomainBlock:
    return AdminDomainBlock(
        id=str(row.id),
        domain=row.name,
        digest=_digest(row.name),
        created_at=iso(row.created_at),
        severity=_NAMES[row.severity],
        reject_media=row.reject_media,
        reject_reports=row.reject_reports,
        private_comment=row.private_comment,
        public_comment=row.public_comment,
        obfuscate=row.obfuscate,
    )


# --- Letting in -------------------------------------------------------------------------------------------------------


@routes.get(
    "/api/v1/admin/domain_allows", scope="admin:read:domain_allows", permission=_MAY, answer=list[AdminDomainAllow]
)
def allows(call: Call, tx: Tx, ask: StaffPaging) -> Json:
    """List the domains that may talk with this server where only named ones may."""
    return page(call, [_allow(row) for row in guarding.page(tx, DOMAIN_ALLOWS, ask.range())])


@routes.get("/api/v1/admin/domain_allows/{id}", scope="admin:read:domain_allows", permission=_MAY)
def view_allow(call: Call, tx: Tx) -> AdminDomainAllow:
    """View one of these domains."""
    return _allow(guarding.one(tx, DOMAIN_ALLOWS, call.path_id()))


class Named(msgspec.Struct, frozen=True):
    """A domain."""

    domain: str = ""


@routes.post("/api/v1/admin/domain_allows", scope="admin:write:domain_allows", permission=_MAY)
def allow(call: Call, tx: WriteTx, ask: Named) -> AdminDomainAllow:
    """Let a domain talk with this server where only named ones may."""
    return _allow(guarding.one(tx, DOMAIN_ALLOWS, guarding.allow_domain(tx, call.staff, ask.domain)))


@routes.delete("/api/v1/admin/domain_allows/{id}", scope="admin:write:domain_allows", permission=_MAY)
def disallow(call: Call, tx: WriteTx) -> None:
    """Take that back."""
    guarding.end(tx, call.staff, DOMAIN_ALLOWS, call.path_id())


def _allow(row: Any) -> AdminDomainAllow:
    return AdminDomainAllow(id=str(row.id), domain=row.name, created_at=iso(row.created_at))


def page(call: Call, rendered: list[Any]) -> Json:
    """Answer with a page of measures, which are paged by their own ids."""
    first, last = (int(rendered[0].id), int(rendered[-1].id)) if rendered else (None, None)
    return paged(call, rendered, first, last)
