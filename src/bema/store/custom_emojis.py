"""Custom emojis: pictures that stand for a `:shortcode:`."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, select

from bema.model.ids import DomainId
from bema.model.views import Emoji
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import custom_emoji, domain
from bema.store.tx import Tx, WriteTx

_own = select(custom_emoji).join(domain, domain.c.id == custom_emoji.c.domain_id).where(domain.c.local)
_used = _own.where(one_of_texts(custom_emoji.c.shortcode, "shortcodes")).order_by(custom_emoji.c.shortcode)
_listed = _own.where(custom_emoji.c.listed).order_by(custom_emoji.c.category, custom_emoji.c.shortcode)
_add = (
    insert(custom_emoji)
    .values({column.name: bindparam(column.name) for column in custom_emoji.c})
    .on_conflict_do_nothing()
)


def used(tx: Tx, shortcodes: Iterable[str]) -> list[Emoji]:
    """Return those of the shortcodes that this server has pictures for."""
    rows = tx.all(_used, {"shortcodes": list(shortcodes)})
    return [Emoji(row.shortcode, row.url, row.static_url) for row in rows]


def listed(tx: Tx) -> list[Any]:
    """Return the emojis that a picker shows, as rows of the table."""
    return tx.all(_listed)


def offered(tx: Tx) -> list[Emoji]:
    """Return the emojis that a picker shows."""
    return [Emoji(row.shortcode, row.url, row.static_url) for row in tx.all(_listed)]


def add(tx: WriteTx, domain_id: DomainId, shortcode: str, url: str, static_url: str, category: str | None) -> bool:
    """Add an emoji; False when the shortcode is taken."""
    values = {
        "id": tx.new_id(),
        "domain_id": domain_id,
        "shortcode": shortcode,
        "url": url,
        "static_url": static_url,
        "category": category,
        "listed": True,
        "created_at": tx.now,
    }
    return tx.run(_add, values) > 0


_remove = delete(custom_emoji).where(
    custom_emoji.c.shortcode == bindparam("shortcode"),
    custom_emoji.c.domain_id.in_(select(domain.c.id).where(domain.c.local)),
)


def remove(tx: WriteTx, shortcode: str) -> bool:
    """Remove an emoji of this server; False when there is none of the name."""
    return tx.run(_remove, {"shortcode": shortcode}) > 0
