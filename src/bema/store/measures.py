"""Measures at the door: domains, networks and addresses that are kept away or let in, each by the decision it rests on."""

import hashlib
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import BigInteger, Integer, Table, Text, bindparam, delete, func, or_, select, update

from bema.model.decisions import DoorSeverity
from bema.model.ids import Millis
from bema.store.dialect import insert, one_of_ids, one_of_texts
from bema.store.tables import (
    domain_allow,
    domain_block,
    email_block,
    email_domain_block,
    email_domain_day,
    network_block,
)
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx


class Measures:
    """One kind of measure; `key` is the column by which two of a kind are the same."""

    def __init__(self, table: Table, key: str) -> None:
        self._page = Paged(select(table), table.c.id)
        self._one = select(table).where(table.c.id == bindparam("id", type_=BigInteger))
        self._by_key = select(table).where(table.c[key] == bindparam("name", type_=Text))
        self._rename = update(table).where(table.c.id == bindparam("which", type_=BigInteger))
        self._rename = self._rename.values({key: bindparam("other", type_=Text)})
        self._remove = delete(table).where(table.c.id == bindparam("id", type_=BigInteger))

    def page(self, tx: Tx, range_: Range) -> list[Any]:
        """Return a page of measures, the newest first: rows of the table."""
        return self._page.rows(tx, range_, {})

    def one(self, tx: Tx, id_: int) -> Any | None:
        """Return one measure."""
        return tx.first(self._one, {"id": id_})

    def named(self, tx: Tx, name: str) -> Any | None:
        """Return the measure against or for exactly this."""
        return tx.first(self._by_key, {"name": name})

    def rename(self, tx: WriteTx, id_: int, name: str) -> None:
        """Let a measure be about something else: the decision about that follows."""
        tx.run(self._rename, {"which": id_, "other": name})

    def remove(self, tx: WriteTx, id_: int) -> None:
        """Take a measure away."""
        tx.run(self._remove, {"id": id_})


DOMAIN_ALLOWS = Measures(domain_allow, "name")
DOMAIN_BLOCKS = Measures(domain_block, "name")
EMAIL_DOMAIN_BLOCKS = Measures(email_domain_block, "name")
EMAIL_BLOCKS = Measures(email_block, "digest")
NETWORK_BLOCKS = Measures(network_block, "network")


# --- What of them fits ------------------------------------------------------------------------------------------------

_email_domains = select(email_domain_block.c.id).where(one_of_texts(email_domain_block.c.name, "names"))
_now = bindparam("now", type_=BigInteger)
_lasts = or_(network_block.c.expires_at.is_(None), network_block.c.expires_at > _now)
_around = select(func.max(network_block.c.severity)).where(one_of_texts(network_block.c.network, "names"), _lasts)
_closed = (
    select(network_block.c.network)
    .where(network_block.c.severity == int(DoorSeverity.NO_ACCESS), _lasts)
    .limit(bindparam("limit"))
)


def with_parents(domain: str) -> list[str]:
    """Name a domain and all that it is part of: `a.b.example`, `b.example`, `example`."""
    parts = domain.lower().strip(".").split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]


def email_domain_blocks_of(tx: Tx, domain: str) -> list[int]:
    """Return the measures that keep addresses of a domain out."""
    return tx.values(_email_domains, {"names": with_parents(domain)})


def canonical_digest(address: str) -> str:
    """Return what stands for all spellings of an e-mail address: lower case, without dots and what follows a plus."""
    name, _, host = address.strip().lower().partition("@")
    return hashlib.sha256(f"{name.replace('.', '').partition('+')[0]}@{host}".encode()).hexdigest()


def door_severity(tx: Tx, address: str) -> DoorSeverity | None:
    """Return what happens to who comes from a network address; None where nothing does."""
    names = networks_around(address)
    found = tx.value(_around, {"names": names, "now": tx.now}) if names else None
    return None if found is None else DoorSeverity(found)


def networks_around(address: str) -> list[str]:
    """Name all networks that an address is in, as they are written here: an index finds those that are blocked."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return []
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    return [str(ip_network((parsed, length), strict=False)) for length in range(parsed.max_prefixlen + 1)]


def closed_networks(tx: Tx, limit: int) -> Sequence[str]:
    """Return the networks that nobody may come from at all."""
    return tx.values(_closed, {"now": tx.now, "limit": limit})


# --- How often somebody was turned away -------------------------------------------------------------------------------

_DAY = 86_400_000  # milliseconds
_count_try = (
    insert(email_domain_day)
    .values(block_id=bindparam("block"), day=bindparam("day"), tries=1)
    .on_conflict_do_update(index_elements=["block_id", "day"], set_={"tries": email_domain_day.c.tries + 1})
)
_tries = select(email_domain_day.c.block_id, email_domain_day.c.day, email_domain_day.c.tries).where(
    one_of_ids(email_domain_day.c.block_id), email_domain_day.c.day > bindparam("after", type_=Integer)
)


def count_try(tx: WriteTx, block_id: int) -> None:
    """Count somebody who was turned away today because of the domain of their address."""
    tx.run(_count_try, {"block": block_id, "day": tx.now // _DAY})


def tries(tx: Tx, ids: Sequence[int], days: int) -> dict[int, list[tuple[int, int]]]:
    """Return how many each measure turned away on each of the last days, the newest first, as pairs of day and number."""
    today = tx.now // _DAY
    counted = {(row[0], row[1]): row[2] for row in tx.all(_tries, {"ids": list(ids), "after": today - days})}
    span = range(today, today - days, -1)
    return {id_: [(day, counted.get((id_, day), 0)) for day in span] for id_ in ids}


def expires(tx: Tx, seconds: int | None) -> Millis | None:
    """Return when something ends that lasts so many seconds from now."""
    return None if seconds is None or seconds <= 0 else tx.now + seconds * 1_000
