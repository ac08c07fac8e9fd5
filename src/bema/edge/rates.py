"""Rate limits: how often an account or a network address may ask; counted per process, in fixed windows."""

import time
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

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


class Rates:
    """Counts requests."""

    def __init__(self, factor: float) -> None:
        self._limits = {name: max(1, round(rate.requests * factor)) for name, rate in RATES.items()}
        self._counts: dict[tuple[str, int | str], int] = {}
        self._windows: dict[str, int] = {}

    def take(self, name: str, who: int | str) -> Standing:
        """Count a request of `who` under the limit `name`."""
        now = int(time.time())
        rate = RATES[name]
        window = now // rate.seconds
        if self._windows.get(name) != window or len(self._counts) > limits.RATE_COUNTERS:
            self._windows[name] = window
            self._counts = {key: count for key, count in self._counts.items() if key[0] != name}
        key = (name, who)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        limit = self._limits[name]
        return Standing(limit, limit - count, (window + 1) * rate.seconds)


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
