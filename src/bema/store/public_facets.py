"""By which words entries of the public log are found, and how many there are of each: rows that only become more."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, func, select

from bema.store.dialect import insert, listed_texts
from bema.store.tables import public_facet
from bema.store.timelines import Paged, Range
from bema.store.tx import Tx, WriteTx

_facet: Any = bindparam("found_by", type_=Text)
_place: Any = bindparam("at_place", type_=BigInteger)
_by: Any = bindparam("more", type_=BigInteger)
_before = (
    select(public_facet.c.number).where(public_facet.c.facet == _facet).order_by(public_facet.c.place.desc()).limit(1)
)
_add = (
    insert(public_facet)
    .values(facet=_facet, place=_place, number=func.coalesce(_before.scalar_subquery(), 0) + _by)
    .on_conflict_do_nothing()
)
_page = Paged(select(public_facet.c.place).where(public_facet.c.facet == _facet), public_facet.c.place)
_wanted = listed_texts("facets").subquery("wanted")
_latest = public_facet.alias("latest")
_newest_place = (
    select(_latest.c.place)
    .where(_latest.c.facet == _wanted.c.text, _latest.c.place < bindparam("size", type_=BigInteger))
    .order_by(_latest.c.place.desc())
    .limit(1)
    .correlate(_wanted)
    .scalar_subquery()
)
_newest = select(public_facet.c.facet, public_facet.c.place, public_facet.c.number).select_from(
    _wanted.join(public_facet, (public_facet.c.facet == _wanted.c.text) & (public_facet.c.place == _newest_place))
)


class Newest(NamedTuple):
    """The newest entry that is found by a word, and how many there are with it."""

    place: int
    number: int


def add(tx: WriteTx, place: int, found_by: Sequence[tuple[str, int]]) -> None:
    """Let an entry be found by words, each with what it adds to their number; once it is, nothing changes."""
    tx.run_each(_add, [{"found_by": facet, "at_place": place, "more": more} for facet, more in found_by])


def places(tx: Tx, facet: str, range_: Range) -> list[int]:
    """Return a page of the entries that are found by a word, the newest first."""
    return _page.ids(tx, range_, {"found_by": facet})


def newest(tx: Tx, facets: Sequence[str], size: int) -> dict[str, Newest]:
    """Return the newest entry for each of these words, among the first `size` entries of the log."""
    rows = tx.all(_newest, {"facets": list(facets), "size": size})
    return {facet: Newest(place, number) for facet, place, number in rows}
