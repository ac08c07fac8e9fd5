"""Rate limits: how often an account or a network address may ask, in fixed windows, of all processes of a machine together.

They count in one file of the home folder, which each of them has in its memory and locks for the microsecond that it counts.
"""

import fcntl
import mmap
import os
import time
import weakref
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import msgspec

from bema.model import limits


class Rate(msgspec.Struct, frozen=True):
    """So many requests in so many seconds."""

    requests: int
    seconds: int
    by_address: bool = False  # also of who is signed in: whoever has many accounts has not many addresses


# Names of routes' own limits; the first two are for all others.
RATES = {
    "account": Rate(1_500, 300),  # per account, as on Mastodon
    "address": Rate(7_500, 300),  # per network address, whoever it is
    "sign_in": Rate(25, 300, by_address=True),  # per address: passwords and second factors
    "sign_up": Rate(5, 1_800, by_address=True),  # per address: accounts and confirmation mails
    "apps": Rate(60, 600, by_address=True),  # per address: app registrations
    "tokens": Rate(300, 300, by_address=True),  # per address: tokens asked for with a code or an app's secret
    "media": Rate(60, 1_800),  # per account, as on Mastodon
    "publish": Rate(300, 10_800),  # per account, as on Mastodon
    "delete": Rate(30, 1_800),  # per account, as on Mastodon
    "follow_elsewhere": Rate(30, 3_600, by_address=True),  # per address: each asks a server that a stranger names
    "subscribe": Rate(
        20, 3_600, by_address=True
    ),  # per address: letters that ask whether somebody wants posts by e-mail
    "appeal": Rate(30, 86_400),  # per account: objections, and answers in them
    "export": Rate(60, 3_600),  # per account: files of all whom one follows, lists, bookmarks
    "report": Rate(100, 86_400),  # per account: the staff reads each of them
    "translate": Rate(60, 600),  # per account: each new text is work for the translator
    "inbox": Rate(60_000, 300, by_address=True),  # per address, in the place of `address`: large servers tell us much
    "follow": Rate(400, 86_400),  # per account, as on Mastodon
}


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Where somebody stands in the current window."""

    limit: int
    remaining: int  # negative: refused
    resets_at: int  # seconds since 1970

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.remaining >= 0


_NEIGHBOURS = 8  # cells in which a counter can be
_COUNT = (1 << 32) - 1


class Rates:
    """Counts requests."""

    def __init__(self, factor: float, run_dir: Path, *, counters: int = limits.RATE_COUNTERS) -> None:
        self._limits = {name: max(1, round(rate.requests * factor)) for name, rate in RATES.items()}
        self._counters = counters
        run_dir.mkdir(parents=True, exist_ok=True)
        self._file = os.open(run_dir / "rates", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        weakref.finalize(self, os.close, self._file)
        os.ftruncate(self._file, counters * 16)
        # Of each counter its tag; then until when it counts, and how many.
        self._cells = memoryview(mmap.mmap(self._file, counters * 16)).cast("Q")

    def take(self, name: str, who: int | str) -> Standing:
        """Count a request of `who` under the limit `name`."""
        now, rate, limit = int(time.time()), RATES[name], self._limits[name]
        resets_at = (now // rate.seconds + 1) * rate.seconds
        tag = _tag(name, who)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            count = self._count(tag, now, resets_at)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        return Standing(limit, limit - count, resets_at)

    def _count(self, tag: int, now: int, until: int) -> int:
        """Add one to a counter, and return it; when all cells in which it can be are taken, the smallest makes room."""
        cells, counters, least, spare = self._cells, self._counters, _COUNT, 0
        for place in range(tag, tag + _NEIGHBOURS):
            at = place % counters * 2
            stamp = cells[at + 1]
            count = stamp & _COUNT if stamp >> 32 > now else 0
            if cells[at] == tag:
                break
            if count < least:
                least, spare = count, at
        else:
            at, count = spare, 0
            cells[at] = tag
        cells[at + 1] = until << 32 | count + 1
        return count + 1


@lru_cache(maxsize=10_000)
def _tag(name: str, who: int | str) -> int:
    """Return by what a counter is found; that two are the same by chance happens to nobody."""
    return int.from_bytes(blake2b(f"{name} {who}".encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=10_000)
def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return address
