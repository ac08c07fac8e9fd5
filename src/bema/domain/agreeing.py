"""Terms of service: what people agree to by taking part; each version holds from a day, and none is ever lost."""

from typing import Any

from bema.model import limits
from bema.model.announcing import Terms
from bema.model.errors import Invalid, NotFound
from bema.model.permissions import Permission, Staff
from bema.model.site import Site
from bema.store import terms
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts
from bema.wire.html import render


def publish_terms(tx: WriteTx, staff: Staff, text: str, day: int) -> None:
    """Publish a version that holds from a day to come (days since 1970-01-01); the first may hold from any day."""
    staff.needs(Permission.MANAGE_RULES)
    text = texts.strip_controls(text).strip()
    if not text:
        raise Invalid("Validation failed: Text can't be blank")
    if len(text) > limits.TERMS_CHARACTERS:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.TERMS_CHARACTERS} characters)")
    if day < terms.today(tx.now) and terms.exist(tx):
        raise Invalid("Validation failed: New terms cannot hold from a day that is past")
    if not terms.add(tx, day, text):
        raise Invalid("Validation failed: There are terms for that day already")


def current_terms(tx: Tx, site: Site) -> Terms:
    """Load the terms in force, or the first that will be."""
    return _load(tx, site, terms.current(tx))


def terms_on(tx: Tx, site: Site, day: int | None) -> Terms:
    """Load the terms that hold from just this day."""
    return _load(tx, site, None if day is None else terms.on(tx, day))


def has_terms(tx: Tx) -> bool:
    """Tell whether there are terms of service."""
    return terms.exist(tx)


def _load(tx: Tx, site: Site, row: Any) -> Terms:
    if row is None:
        raise NotFound
    return Terms(row.day, render(row.text, {}, site.tag), row.day <= terms.today(tx.now), terms.next_day(tx, row.day))
