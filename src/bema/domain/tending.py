"""Tending: what the operators see of the ways to other servers, and what they can do about one that is blocked."""

from collections.abc import Sequence

import msgspec

from bema.domain import guarding
from bema.domain.guarding import DomainTerms
from bema.model import limits
from bema.model.decisions import Severity, Subject, SubjectKind
from bema.model.errors import Invalid, NotFound
from bema.model.events import StaffActed
from bema.model.ids import DomainId
from bema.model.permissions import Permission, Staff
from bema.model.site import Site
from bema.store import decisions, deliveries, domain_measures, peers
from bema.store.peers import Peer, Selection
from bema.store.tx import Tx, WriteTx
from bema.wire import domain_lists
from bema.wire.domain_lists import Entry


def servers(tx: Tx, staff: Staff, selection: Selection, after: str, limit: int) -> list[Peer]:
    """Return other servers by their names, from after a name."""
    staff.needs(Permission.MANAGE_FEDERATION)
    return peers.listed(tx, selection, after, limit)


def retry(tx: WriteTx, staff: Staff, host: str) -> int:
    """Deliver to a server now, whatever went wrong before; return how much waits for it."""
    id_ = _known(tx, staff, host)
    tried = peers.try_again(tx, id_)
    _note(tx, staff, "retry_deliveries", host)
    return tried


def drop(tx: WriteTx, staff: Staff, host: str) -> int:
    """Deliver nothing of what waits for a server; return how much that was."""
    id_ = _known(tx, staff, host)
    dropped = deliveries.drop(tx, id_)
    _note(tx, staff, "drop_deliveries", host)
    return dropped


def _known(tx: Tx, staff: Staff, host: str) -> DomainId:
    staff.needs(Permission.MANAGE_FEDERATION)
    id_ = peers.named(tx, host)
    if id_ is None:
        raise NotFound("No server of this name is known here")
    return id_


def _note(tx: WriteTx, staff: Staff, act: str, host: str) -> None:
    tx.emit(StaffActed(act=decisions.add_act(tx, staff, act, Subject(SubjectKind.DOMAIN, name=host), None)))


# --- Lists of domains -------------------------------------------------------------------------------------------------


class Imported(msgspec.Struct, frozen=True):
    """What came of a list."""

    added: list[str]
    known: list[str]  # that are kept away as far, or further
    refused: list[str]  # that are no domains, or our own


def exported(tx: Tx, staff: Staff) -> str:
    """Write down which domains are kept away, for other servers."""
    staff.needs(Permission.MANAGE_FEDERATION)
    return domain_lists.written(
        Entry(
            domain=row.name,
            severity=Severity(row.severity),
            reject_media=bool(row.reject_media),
            reject_reports=bool(row.reject_reports),
            public_comment=row.public_comment or "",
            obfuscate=bool(row.obfuscate),
        )
        for row in domain_measures.every(tx)
    )


def entries(text: str) -> list[Entry]:
    """Read a list of domains; refuse one that is too long."""
    if len(text) > limits.DOMAIN_LIST_BYTES:
        raise Invalid(f"Validation failed: The list is longer than {limits.DOMAIN_LIST_BYTES} bytes")
    found = domain_lists.read(text)
    if not found:
        raise Invalid("Validation failed: The list names no domain")
    if len(found) > limits.DOMAIN_LIST:
        raise Invalid(f"Validation failed: The list names more than {limits.DOMAIN_LIST} domains")
    return found


def import_some(tx: WriteTx, site: Site, staff: Staff, some: Sequence[Entry]) -> Imported:
    """Keep domains away as a list says, each by a decision of its own; what is kept away further already stays."""
    staff.needs(Permission.MANAGE_FEDERATION)
    added, known, refused = [], [], []
    for entry in some:
        terms = DomainTerms(
            severity=entry.severity,
            reject_media=entry.reject_media,
            reject_reports=entry.reject_reports,
            public_comment=entry.public_comment[: limits.COMMENT_CHARACTERS] or None,
            obfuscate=entry.obfuscate,
        )
        try:
            if guarding.stricter_block(tx, entry.domain, entry.severity) is not None:
                known.append(entry.domain)
                continue
            guarding.block_domain(tx, site, staff, entry.domain, terms)
        except Invalid:
            refused.append(entry.domain)
        else:
            added.append(entry.domain)
    return Imported(added, known, refused)
