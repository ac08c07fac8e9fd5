"""Keeping out: with which servers nothing is exchanged, in either direction and on no path."""

from bema.model.decisions import Severity
from bema.model.federating import SignatureStyle
from bema.model.site import Site
from bema.store import domain_measures, peers
from bema.store.database import Database
from bema.store.tx import Tx, WriteTx


def is_kept_out(tx: Tx, site: Site, host: str) -> bool:
    """Tell whether nothing is exchanged with a host, or with what it is part of; ports make no difference."""

    def look() -> list[bool]:
        name = _name(host)
        if domain_measures.severity_of(tx, name) is Severity.SUSPEND:
            return [True]
        return [site.by_allowance and not domain_measures.is_allowed(tx, name)]

    return tx.once(("kept out", site.by_allowance, host), look)[0]


def _name(host: str) -> str:
    return host.partition(":")[0].lower()


class Ledger:
    """What is known of other servers, for `outside/peers.py`, which asks before it exchanges anything."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database, self._site = database, site

    async def terms(self, host: str) -> tuple[bool, SignatureStyle]:
        """Tell whether a host is kept out, and which signature it took last."""
        return await self._database.read(_terms, self._site, host)

    async def took(self, host: str, style: SignatureStyle) -> None:
        """Remember which signature a host took."""
        await self._database.write(_took, host, style)


def _terms(tx: Tx, site: Site, host: str) -> tuple[bool, SignatureStyle]:
    held = domain_measures.terms(tx, _name(host), host)
    kept_out = held.severity is Severity.SUSPEND or (site.by_allowance and not held.allowed)
    return kept_out, held.signature


def _took(tx: WriteTx, host: str, style: SignatureStyle) -> None:
    peers.took_signature(tx, host, style)
