"""Versions of the policy as rows: they are added and marked, never rewritten; what holds is worked out from their dates."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, and_, bindparam, func, or_, select, update

from bema.model import limits
from bema.model.ids import LoginId, Millis, PostId
from bema.model.permissions import Staff
from bema.model.policies import Standing, Version
from bema.model.policies import Text as Words
from bema.model.policy import Role
from bema.store.dialect import insert, one_of_ids, one_of_texts
from bema.store.tables import policy_clause, policy_document, policy_text, policy_version, post
from bema.store.tx import Tx, WriteTx

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Words).decode

_name: Any = bindparam("name", type_=Text)
_at: Any = bindparam("at", type_=BigInteger)
_key: Any = bindparam("key", type_=BigInteger)
_number: Any = bindparam("number", type_=Integer)

# --- Versions: adding and marking -------------------------------------------------------------------------------------

_add_text = insert(policy_text).values(digest=bindparam("digest"), content=bindparam("content"))
_add_text = _add_text.on_conflict_do_nothing()
_FLAGS = ("consulted", "adopted", "single_operator")
_add = insert(policy_version).values(
    {name: bindparam(name) for name in ("id", "document_id", "number", "digest", *_FLAGS)}
)
_add_clause = insert(policy_clause).values(clause=bindparam("clause"), version_id=bindparam("version_id"))
_unpublished = and_(
    policy_version.c.id == _key, policy_version.c.published_at.is_(None), policy_version.c.withdrawn_at.is_(None)
)
_propose = (
    update(policy_version)
    .where(_unpublished)
    .values(proposed_at=bindparam("now"), consult_until=bindparam("until"), proposed_place=bindparam("place"))
)
_ask = (
    update(policy_version)
    .where(_unpublished, policy_version.c.asked_at.is_(None))
    .values(
        asked_at=bindparam("now"),
        asked_by=bindparam("by"),
        asked_role=bindparam("role"),
        effective_from=bindparam("since"),
        consulted=bindparam("was_consulted"),
    )
)
_publish = (
    update(policy_version)
    .where(_unpublished)
    .values(
        published_at=bindparam("now"),
        effective_from=bindparam("since"),
        published_place=bindparam("place"),
        consulted=bindparam("was_consulted"),
        adopted=bindparam("was_adopted"),
        single_operator=bindparam("was_single"),
    )
)
_withdraw = (
    update(policy_version)
    .where(policy_version.c.id == _key, policy_version.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("now"), withdrawn_place=bindparam("place"))
)


def digest_of(content: bytes) -> str:
    """Return by what a text is known."""
    return sha256(content).hexdigest()


def add(tx: WriteTx, document_id: int, text: Words) -> Version:
    """Freeze a version; nothing is said about when it holds."""
    content = _encode(text)
    digest, id_ = digest_of(content), tx.new_id()
    tx.run(_add_text, {"digest": digest, "content": content})
    tx.run(
        _add,
        {
            "id": id_,
            "document_id": document_id,
            "number": text.version,
            "digest": digest,
            **dict.fromkeys(_FLAGS, False),
        },
    )
    tx.run_each(_add_clause, [{"clause": each.id, "version_id": id_} for each in text.clauses])
    found = version(tx, text.document, text.version)
    assert found is not None
    return found


def propose(tx: WriteTx, id_: int, until: Millis, place: int) -> bool:
    """Mark a version as one that people are asked about; False where that is over."""
    return tx.run(_propose, {"key": id_, "now": tx.now, "until": until, "place": place}) > 0


def ask(tx: WriteTx, id_: int, staff: Staff, since: Millis, *, consulted: bool) -> bool:
    """Mark a version as one that somebody wants to be published; False where somebody did already."""
    asked = {"key": id_, "now": tx.now, "by": staff.login, "role": int(staff.role), "since": since}
    return tx.run(_ask, {**asked, "was_consulted": consulted}) > 0


def publish(
    tx: WriteTx, id_: int, since: Millis, place: int, *, consulted: bool, adopted: bool, single_operator: bool
) -> bool:
    """Mark a version as published; False where it is, or was withdrawn."""
    flags = {"was_consulted": consulted, "was_adopted": adopted, "was_single": single_operator}
    return tx.run(_publish, {"key": id_, "now": tx.now, "since": since, "place": place, **flags}) > 0


def withdraw(tx: WriteTx, id_: int, place: int | None) -> bool:
    """Mark a version as withdrawn; False where it was."""
    return tx.run(_withdraw, {"key": id_, "now": tx.now, "place": place}) > 0


# --- Versions: reading ------------------------------------------------------------------------------------------------

_versions = select(policy_version, policy_document.c.name).join(
    policy_document, policy_document.c.id == policy_version.c.document_id
)
_of_document = (
    _versions.where(policy_document.c.name == _name)
    .order_by(policy_version.c.number.desc())
    .limit(limits.POLICY_VERSIONS)
)
_one = _versions.where(policy_document.c.name == _name, policy_version.c.number == _number)
_published = and_(
    policy_version.c.published_at.is_not(None),
    policy_version.c.withdrawn_at.is_(None),
    policy_version.c.published_place.is_not(None),
)
_later = policy_version.alias("later")
_ended = (
    select(func.min(_later.c.effective_from))
    .where(
        _later.c.document_id == policy_version.c.document_id,
        _later.c.effective_from > policy_version.c.effective_from,
        _later.c.published_at.is_not(None),
        _later.c.withdrawn_at.is_(None),
        _later.c.published_place.is_not(None),
    )
    .correlate(policy_version)
    .scalar_subquery()
)
_with_text = (
    select(policy_version, policy_document.c.name, policy_text.c.content, _ended.label("ended_at"))
    .join(policy_document, policy_document.c.id == policy_version.c.document_id)
    .join(policy_text, policy_text.c.digest == policy_version.c.digest)
)
_in_force = (
    _with_text.where(policy_document.c.name == _name, _published, policy_version.c.effective_from <= _at)
    .order_by(policy_version.c.effective_from.desc())
    .limit(1)
)
_first_to_hold = (
    _with_text.where(policy_document.c.name == _name, _published).order_by(policy_version.c.effective_from).limit(1)
)
_since = (
    _with_text.where(
        policy_document.c.name == _name,
        _published,
        policy_version.c.effective_from >= bindparam("after", type_=BigInteger),
        policy_version.c.effective_from < bindparam("before", type_=BigInteger),
    )
    .order_by(policy_version.c.effective_from.desc())
    .limit(1)
)
_numbered = _with_text.where(policy_document.c.name == _name, policy_version.c.number == _number)
_any = (
    select(policy_version.c.id)
    .join(policy_document, policy_document.c.id == policy_version.c.document_id)
    .where(policy_document.c.name == _name, _published)
    .limit(1)
)
_newer = (
    select(policy_version.c.id)
    .join(policy_document, policy_document.c.id == policy_version.c.document_id)
    .where(
        policy_document.c.name == _name,
        _published,
        (policy_version.c.number > _number) | (policy_version.c.effective_from >= _at),
    )
    .limit(1)
)
_asked_by = select(policy_version.c.asked_by, policy_version.c.asked_role).where(policy_version.c.id == _key)
_open = (
    _versions.where(
        policy_version.c.proposed_at.is_not(None),
        policy_version.c.published_at.is_(None),
        policy_version.c.withdrawn_at.is_(None),
    )
    .order_by(policy_version.c.id.desc())
    .limit(limits.POLICY_DOCUMENTS)
)
_waiting = (
    _versions.where(
        policy_version.c.asked_at.is_not(None),
        policy_version.c.published_at.is_(None),
        policy_version.c.withdrawn_at.is_(None),
    )
    .order_by(policy_version.c.id.desc())
    .limit(limits.POLICY_DOCUMENTS)
)
_public = (
    select(policy_version.c.id)
    .where(
        policy_version.c.digest == bindparam("digest", type_=Text),
        or_(policy_version.c.proposed_place.is_not(None), policy_version.c.published_place.is_not(None)),
    )
    .limit(1)
)
_content = select(policy_text.c.content).where(policy_text.c.digest == bindparam("digest", type_=Text))


def versions(tx: Tx, name: str) -> list[Version]:
    """Return the versions of a document, the newest first."""
    return [_of_row(row) for row in tx.all(_of_document, {"name": name})]


def version(tx: Tx, name: str, number: int) -> Version | None:
    """Return one version."""
    row = tx.first(_one, {"name": name, "number": number})
    return None if row is None else _of_row(row)


def standing(tx: Tx, name: str, number: int) -> Standing | None:
    """Return one version with what it says."""
    return _standing(tx.first(_numbered, {"name": name, "number": number}))


def in_force(tx: Tx, name: str, at: Millis) -> Standing | None:
    """Return the version that holds at a moment."""
    return _standing(tx.first(_in_force, {"name": name, "at": at}))


def first_to_hold(tx: Tx, name: str) -> Standing | None:
    """Return the version that held first, or will."""
    return _standing(tx.first(_first_to_hold, {"name": name}))


def holding_since(tx: Tx, name: str, after: Millis, before: Millis) -> Standing | None:
    """Return the last version that began to hold between two moments."""
    return _standing(tx.first(_since, {"name": name, "after": after, "before": before}))


def has_any(tx: Tx, name: str) -> bool:
    """Tell whether a version of a document is published."""
    return tx.first(_any, {"name": name}) is not None


def is_outdated(tx: Tx, name: str, number: int, since: Millis) -> bool:
    """Tell whether a later version is published, or one that holds from then on or later."""
    return tx.first(_newer, {"name": name, "number": number, "at": since}) is not None


def asked_by(tx: Tx, id_: int) -> tuple[LoginId | None, Role]:
    """Return who wants a version to be published; no login: who has the command line."""
    row = tx.first(_asked_by, {"key": id_})
    assert row is not None
    return None if row.asked_by is None else LoginId(row.asked_by), Role(row.asked_role)


def proposed(tx: Tx) -> list[Version]:
    """Return the versions that are proposed and neither published nor withdrawn, the newest first."""
    return [_of_row(row) for row in tx.all(_open)]


def waiting(tx: Tx) -> list[Version]:
    """Return the versions that somebody wants to be published and somebody else has to agree to."""
    return [_of_row(row) for row in tx.all(_waiting)]


def is_public(tx: Tx, digest: str) -> bool:
    """Tell whether a text is one that was proposed or published."""
    return tx.first(_public, {"digest": digest}) is not None


def content(tx: Tx, digest: str) -> bytes | None:
    """Return a text by its digest."""
    found = tx.value(_content, {"digest": digest})
    return None if found is None else bytes(found)


def _standing(row: Any) -> Standing | None:
    return None if row is None else Standing(_of_row(row), _decode(row.content), row.ended_at)


def _of_row(row: Any) -> Version:
    return Version(
        id=row.id,
        document=row.name,
        number=row.number,
        digest=row.digest,
        proposed_at=row.proposed_at,
        consult_until=row.consult_until,
        asked_at=row.asked_at,
        asked_by=None if row.asked_by is None else LoginId(row.asked_by),
        effective_from=row.effective_from,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        consulted=bool(row.consulted),
        adopted=bool(row.adopted),
        single_operator=bool(row.single_operator),
        proposed_place=row.proposed_place,
        published_place=row.published_place,
        withdrawn_place=row.withdrawn_place,
    )


# --- Clauses through the versions -------------------------------------------------------------------------------------

_of_clauses = (
    select(policy_clause.c.clause, policy_version.c.number, policy_version.c.effective_from, policy_document.c.name)
    .join(policy_version, policy_version.c.id == policy_clause.c.version_id)
    .join(policy_document, policy_document.c.id == policy_version.c.document_id)
    .where(one_of_texts(policy_clause.c.clause, "clauses"), _published)
)
_dates = (
    select(policy_document.c.name, policy_version.c.number, policy_version.c.effective_from)
    .join(policy_document, policy_document.c.id == policy_version.c.document_id)
    .where(one_of_texts(policy_document.c.name, "names"), _published)
    .order_by(policy_version.c.effective_from)
)
_unaudited = _with_text.where(policy_version.c.id > bindparam("after", type_=BigInteger))
_unaudited = _unaudited.order_by(policy_version.c.id).limit(bindparam("limit"))


class Held(msgspec.Struct, frozen=True):
    """A clause in one version that is published."""

    clause: str
    document: str
    version: int


def holding(tx: Tx, clauses: Sequence[str]) -> list[Held]:
    """Return in which published versions clauses are."""
    rows = tx.all(_of_clauses, {"clauses": list(clauses)})
    return [Held(row.clause, row.name, row.number) for row in rows]


def dates(tx: Tx, names_: Sequence[str]) -> dict[str, list[tuple[Millis, int]]]:
    """Return from when the published versions of documents hold, the first first, each with its number."""
    found: dict[str, list[tuple[Millis, int]]] = {}
    for row in tx.all(_dates, {"names": list(names_)}):
        found.setdefault(row.name, []).append((row.effective_from, row.number))
    return found


_written = select(post.c.id, func.coalesce(post.c.edited_at, post.c.created_at)).where(one_of_ids(post.c.id))


def written(tx: Tx, posts: Sequence[PostId]) -> dict[PostId, Millis]:
    """Return since when posts say what they say."""
    return dict(tx.all(_written, {"ids": list(posts)})) if posts else {}


def after(tx: Tx, id_: int, limit: int) -> list[tuple[Version, bytes]]:
    """Return some versions in the order in which they were made, with the bytes that they consist of."""
    return [(_of_row(row), bytes(row.content)) for row in tx.all(_unaudited, {"after": id_, "limit": limit})]
