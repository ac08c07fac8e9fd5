"""Cards: what linked pages say about themselves, one for each address."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select, update

from bema.model.ids import AccountId, CardId, Millis, PostId
from bema.model.policy import Standing, Visibility
from bema.model.views import Account, Card, CardFacts
from bema.store import accounts
from bema.store.dialect import insert, one_of_ids
from bema.store.tables import account, card, domain, post, publisher
from bema.store.tx import Tx, WriteTx, text_of

_facts = msgspec.json.Decoder(CardFacts).decode

_by_ids = select(card.c.id, card.c.url, card.c.facts).where(one_of_ids(card.c.id), card.c.facts.is_not(None))
_by_url = select(card.c.id, card.c.fetched_at, card.c.facts.is_not(None)).where(card.c.url == bindparam("url"))
_page = select(card.c.url, card.c.facts).where(card.c.id == bindparam("id"))
_add = (
    insert(card)
    .values(id=bindparam("id"), url=bindparam("url"), publisher_id=bindparam("publisher"), attempts=0)
    .on_conflict_do_nothing()
)
_publisher = select(publisher.c.id).where(publisher.c.host == bindparam("host"))
_add_publisher = insert(publisher).values(id=bindparam("id"), host=bindparam("host")).on_conflict_do_nothing()
_record = (
    update(card)
    .where(card.c.id == bindparam("key"))
    .values(facts=bindparam("new_facts"), fetched_at=bindparam("now"), attempts=0)
)
_tried = (
    update(card).where(card.c.id == bindparam("key")).values(attempts=card.c.attempts + 1).returning(card.c.attempts)
)
_linking = select(post.c.content_html, post.c.visibility, post.c.boost_of_id, post.c.card_id).where(
    post.c.id == bindparam("post")
)
_is_own = select(domain.c.local).where(domain.c.name == bindparam("host"))
_set = update(post).where(post.c.id == bindparam("key")).values(card_id=bindparam("card"))


class Known(NamedTuple):
    """What is known of an address."""

    id: CardId
    fetched_at: Millis | None
    says_something: bool


class Linking(NamedTuple):
    """What of a post says which page it links to."""

    content_html: str
    visibility: Visibility
    is_boost: bool
    card: CardId | None


def by_ids(tx: Tx, ids: Iterable[CardId]) -> dict[CardId, Card]:
    """Load those of the cards that have something to show."""
    found = {row[0]: (row[1], _facts(row[2])) for row in tx.all(_by_ids, {"ids": list(ids)})}
    named = {author.account for _, facts in found.values() for author in facts.authors if author.account is not None}
    people = accounts.by_ids(tx, named) if named else {}
    writers = {each.id: each for each in people.values() if each.standing is Standing.ACTIVE}
    return {id_: Card(id_, url, facts, _writers(facts, writers)) for id_, (url, facts) in found.items()}


def _writers(facts: CardFacts, writers: Mapping[AccountId, Account]) -> tuple[Account | None, ...]:
    if not any(author.account in writers for author in facts.authors):
        return ()
    return tuple(None if each.account is None else writers.get(each.account) for each in facts.authors)


_attribution = select(account.c.id, account.c.attribution_domains).where(one_of_ids(account.c.id))
_names = msgspec.json.Decoder(list[str]).decode


def attribution_domains(tx: Tx, ids: Iterable[AccountId]) -> dict[AccountId, list[str]]:
    """Return of accounts whose pages may name them as their author."""
    return {row[0]: _names(row[1]) for row in tx.all(_attribution, {"ids": list(ids)})}


def by_url(tx: Tx, url: str) -> Known | None:
    """Return what is known of an address."""
    row = tx.first(_by_url, {"url": url})
    return None if row is None else Known(row[0], row[1], bool(row[2]))


def ensure(tx: WriteTx, url: str, host: str) -> Known:
    """Return what is known of an address, from now on at least itself."""
    if (known := by_url(tx, url)) is not None:
        return known
    found = tx.value(_publisher, {"host": host})
    if found is None:
        tx.run(_add_publisher, {"id": tx.new_id(), "host": host})
        found = tx.value(_publisher, {"host": host})
    tx.run(_add, {"id": tx.new_id(), "url": url, "publisher": found})
    known = by_url(tx, url)
    assert known is not None
    return known


def page(tx: Tx, id_: CardId) -> tuple[str, CardFacts | None] | None:
    """Return the address of a card, and what was found there before."""
    row = tx.first(_page, {"id": id_})
    return None if row is None else (row[0], None if row[1] is None else _facts(row[1]))


def record(tx: WriteTx, id_: CardId, facts: CardFacts | None) -> None:
    """Keep what was found out about a page; None: there is nothing to show."""
    tx.run(_record, {"key": id_, "new_facts": None if facts is None else text_of(facts), "now": tx.now})


def tried(tx: WriteTx, id_: CardId) -> int:
    """Count an attempt that failed, and return how many there were."""
    rows: list[Any] = tx.all(_tried, {"key": id_})
    return int(rows[0][0]) if rows else 0


def linking(tx: Tx, post_id: PostId) -> Linking | None:
    """Return what of a post says which page it links to."""
    row = tx.first(_linking, {"post": post_id})
    return None if row is None else Linking(row[0], Visibility(row[1]), row[2] is not None, row[3])


def is_own(tx: Tx, host: str) -> bool:
    """Tell whether a host is this server."""
    return bool(tx.value(_is_own, {"host": host}))


def give(tx: WriteTx, post_id: PostId, id_: CardId | None) -> None:
    """Let a post have a card, or none."""
    tx.run(_set, {"key": post_id, "card": id_})
