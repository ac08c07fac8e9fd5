"""Which addresses of the internet the server may speak to: public ones, written plainly, so that nobody sends it inside.

The lists follow the special-purpose registries of IANA (RFC 6890) and are our own, as `is_global` has changed between
releases of Python. For IPv6, what is not set aside as public unicast (2000::/3) is refused without being listed: that
covers loopback, link-local, unique local, site-local, multicast, NAT64 and addresses that wrap those of IPv4.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from bema.model import limits

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches the machine itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind carriers' NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their credentials
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, which wraps IPv4, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which wraps IPv4
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None or address not in _PUBLIC_6:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6)


def literal(host: str) -> Address | None:
    """Return the address that a host is written as, or None when it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def plainly_written(text: str) -> URL:
    """Read the address of something to fetch; raise `ValueError` for all that two programs might read differently."""
    if not text or len(text) > limits.URL_CHARACTERS:
        raise ValueError("the address is empty or too long")
    return _read_before(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> URL:
    if _ODD.search(text):
        raise ValueError("the address has characters that no address has")
    authority = _AUTHORITY.match(text)
    if authority is None:
        raise ValueError("the address is not one of the web")
    if "@" in authority[1] or "%" in authority[1]:
        raise ValueError("the address names a user, or hides its host")
    try:
        url = URL(text).with_fragment(None)
        port = url.port
    except (ValueError, TypeError, UnicodeError) as error:
        raise ValueError("the address cannot be read") from error
    if url.scheme not in ("http", "https") or not url.raw_host or port is None:
        raise ValueError("the address is not one of the web")
    host = url.raw_host.rstrip(".").lower()
    if not host:
        raise ValueError("the address has no host")
    if literal(host) is None and not _is_name(host):
        raise ValueError("the address has no proper host")
    return url if host == url.raw_host else url.with_host(host)


_SHORT = 200  # characters: what is kept of short addresses is a megabyte
_read_before = lru_cache(limits.FETCH_ADDRESSES)(_read)
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_AUTHORITY = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def _is_name(host: str) -> bool:
    """Tell whether a host is a name of DNS; `127.1` and `0x7f000001` are numbers that some programs take for addresses."""
    labels = host.split(".")
    if len(host) > 253 or _NUMBER.fullmatch(labels[-1]):
        return False
    return all(_LABEL.fullmatch(label) for label in labels)
