"""Domain measures: how far other servers are kept away, and which of it everybody may read."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, exists, func, select

from bema.model import limits
from bema.model.decisions import Severity
from bema.model.federating import SignatureStyle
from bema.model.ids import DomainId
from bema.store.dialect import one_of_texts
from bema.store.measures import with_parents
from bema.store.tables import domain, domain_allow, domain_block, peer
from bema.store.tx import Tx

_of_names = select(domain_block).where(one_of_texts(domain_block.c.name, "names"))
_severity = select(func.max(domain_block.c.severity)).where(one_of_texts(domain_block.c.name, "names"))
_allowed = select(domain_allow.c.id).where(one_of_texts(domain_allow.c.name, "names")).limit(1)
_public = (
    select(domain_block)
    .where(domain_block.c.severity > int(Severity.NOOP))
    .order_by(domain_block.c.severity.desc(), domain_block.c.name)
    .limit(bindparam("limit"))
)
_suffix: Any = bindparam("suffix", type_=Text)
_is_under = func.substr(domain.c.name, func.length(domain.c.name) - func.length(_suffix) + 1) == _suffix
_under = select(domain.c.id, domain.c.name).where(
    (domain.c.name == bindparam("name")) | _is_under, domain.c.local.is_(False)
)


def of(tx: Tx, host: str) -> list[Any]:
    """Return the measures against a domain and what it is part of: rows of the table."""
    return tx.all(_of_names, {"names": with_parents(host)})


def severity_of(tx: Tx, host: str) -> Severity:
    """Return how far a domain is kept away."""
    rows = tx.all_known(_severity, {"names": with_parents(host)})
    return Severity(rows[0][0] or 0)


def is_allowed(tx: Tx, host: str) -> bool:
    """Tell whether a domain, or what it is part of, was allowed: where nothing is exchanged with all others."""
    return bool(tx.all_known(_allowed, {"names": with_parents(host)}))


_terms = select(
    select(func.max(domain_block.c.severity)).where(one_of_texts(domain_block.c.name, "names")).scalar_subquery(),
    exists(select(1).where(one_of_texts(domain_allow.c.name, "names"))),
    select(peer.c.signature)
    .select_from(peer.join(domain, domain.c.id == peer.c.domain_id))
    .where(domain.c.name == bindparam("host", type_=Text))
    .scalar_subquery(),
)


class Terms(NamedTuple):
    """What holds for a domain: how far it is kept away, whether it was allowed, and which signature it took last."""

    severity: Severity
    allowed: bool
    signature: SignatureStyle


def terms(tx: Tx, name: str, host: str) -> Terms:
    """Return what holds for a domain, in one statement: it is asked for each delivery. `host` has the port, if any."""
    row = tx.all(_terms, {"names": with_parents(name), "host": host})[0]
    return Terms(Severity(row[0] or 0), bool(row[1]), SignatureStyle(row[2] or 0))


def public(tx: Tx, limit: int) -> list[Any]:
    """Return the measures that everybody may read of, the strictest first: rows of the table."""
    return tx.all(_public, {"limit": limit})


def domains_under(tx: Tx, host: str) -> list[tuple[DomainId, str]]:
    """Return the known domains that a measure against `host` is about, with their names."""
    return [(DomainId(row.id), row.name) for row in tx.all(_under, {"name": host, "suffix": f".{host}"})]


_suspended = select(domain_block.c.name).where(
    one_of_texts(domain_block.c.name, "names"), domain_block.c.severity == int(Severity.SUSPEND)
)


def suspended(tx: Tx, hosts: Iterable[str]) -> set[str]:
    """Return those of some hosts that nothing is exchanged with."""
    names = {host: with_parents(host) for host in hosts}
    found = set(tx.values(_suspended, {"names": sorted({name for some in names.values() for name in some})}))
    return {host for host, some in names.items() if not found.isdisjoint(some)}


_every = select(domain_block).order_by(domain_block.c.name).limit(limits.DOMAIN_LIST)


def every(tx: Tx) -> list[Any]:
    """Return all measures against domains: rows of the table."""
    return tx.all(_every)
