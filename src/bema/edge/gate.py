"""The gate: who comes from a network that is closed altogether is turned away before anything else is done for them."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from bema.model import limits
from bema.model.errors import Forbidden, Unavailable
from bema.model.ids import Millis
from bema.outside.clock import Clock
from bema.store import measures
from bema.store.database import Database


class Gate:
    """Knows which networks are closed, as of some seconds ago. Where there are none, a request costs nothing here."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._closed: list[IPv4Network | IPv6Network] = []
        self._judged: dict[str, bool] = {}
        self._known_at: Millis | None = None

    def open(self) -> None:
        """Find out what is closed before the first request; with the database away, the first request does."""
        try:
            self._learn(self._database.read_now(measures.closed_networks, limits.NETWORKS_CLOSED))
        except Unavailable:
            return
        self._known_at = self._clock.now()

    async def check(self, address: str) -> None:
        """Refuse who comes from a closed network."""
        now = self._clock.now()
        if self._known_at is None or not self._known_at <= now < self._known_at + limits.NETWORKS_SECONDS * 1_000:
            self._known_at = now  # who comes meanwhile is judged by what was known before
            self._learn(await self._database.read(measures.closed_networks, limits.NETWORKS_CLOSED))
        if self._closed and self._is_closed(address):
            raise Forbidden

    def _learn(self, names: Sequence[str]) -> None:
        self._closed = [ip_network(name) for name in names]
        self._judged.clear()

    def _is_closed(self, address: str) -> bool:
        known = self._judged.get(address)
        if known is None:
            if len(self._judged) >= limits.RATE_COUNTERS:
                self._judged.clear()
            known = self._judged[address] = self._is_within(address)
        return known

    def _is_within(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in network for network in self._closed)
