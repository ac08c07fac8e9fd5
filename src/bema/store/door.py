"""The door: which measures stand there is worked out from the decisions in force, here and nowhere else.

Of several decisions about the same, the one that took effect last holds; when it ends, the one before it holds again.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Table, Text, bindparam, delete, select

from bema.model.decisions import Act, Decision, Subject, SubjectKind, Terms
from bema.store import decisions
from bema.store.dialect import insert
from bema.store.tables import domain_allow, domain_block, email_block, email_domain_block, network_block
from bema.store.tx import Tx, WriteTx

_name: Any = bindparam("name", type_=Text)


class Kind(NamedTuple):
    """What stands at the door because of one act about one kind of subject."""

    subject: SubjectKind
    act: Act
    columns: Callable[[Decision, Terms], dict[str, Any]]
    key: str  # the column by which two of a kind are the same
    put: Any
    take: Any
    one: Any
    page: Any


def _kind(
    subject: SubjectKind, act: Act, table: Table, columns: Callable[[Decision, Terms], dict[str, Any]], key: str
) -> Kind:
    put = insert(table).values({column.name: bindparam(column.name) for column in table.c})
    changed = {each.name: put.excluded[each.name] for each in table.c if each.name not in ("id", "created_at", key)}
    after = table.c.id > bindparam("after", type_=BigInteger)
    return Kind(
        subject,
        act,
        columns,
        key,
        put.on_conflict_do_update(index_elements=[key], set_=changed),
        delete(table).where(table.c[key] == _name),
        select(table).where(table.c[key] == _name),
        select(table).where(after).order_by(table.c.id).limit(bindparam("limit")),
    )


def _domain(_made: Decision, terms: Terms) -> dict[str, Any]:
    names = ("severity", "reject_media", "reject_reports", "private_comment", "public_comment", "obfuscate")
    return {name: getattr(terms, name) for name in names}


def _network(made: Decision, terms: Terms) -> dict[str, Any]:
    return {"severity": terms.severity, "comment": terms.comment, "expires_at": made.ends_at}


def _only_named(_made: Decision, _terms: Terms) -> dict[str, Any]:
    return {}


KINDS = (
    _kind(SubjectKind.DOMAIN, Act.BLOCK, domain_block, _domain, "name"),
    _kind(SubjectKind.DOMAIN, Act.ALLOW, domain_allow, _only_named, "name"),
    _kind(SubjectKind.EMAIL_DOMAIN, Act.BLOCK, email_domain_block, _only_named, "name"),
    _kind(SubjectKind.EMAIL, Act.BLOCK, email_block, _only_named, "digest"),
    _kind(SubjectKind.NETWORK, Act.BLOCK, network_block, _network, "network"),
)


def carry_out(tx: WriteTx, subject: Subject) -> None:
    """Let what stands at the door about something be what the decisions in force say."""
    for kind in KINDS:
        if kind.subject is not subject.kind:
            continue
        wanted = _wanted(tx, kind, subject)
        if wanted is None:
            tx.run(kind.take, {"name": subject.name})
        else:
            tx.run(kind.put, {"id": tx.new_id(), "created_at": tx.now, **wanted})


def _wanted(tx: Tx, kind: Kind, subject: Subject) -> dict[str, Any] | None:
    """Return what should stand at the door about something, but for since when."""
    standing = decisions.standing_about(tx, subject, kind.act)
    if not standing:
        return None
    said = kind.columns(standing[0], standing[0].terms or Terms())
    return {kind.key: subject.name, "decision_id": standing[0].id, **said}


def is_apart(tx: Tx, kind: Kind, subject: Subject) -> bool:
    """Tell whether something else stands at the door about something than the decisions in force say."""
    row, wanted = tx.first(kind.one, {"name": subject.name}), _wanted(tx, kind, subject)
    if row is None or wanted is None:
        return (row is None) != (wanted is None)
    return any(getattr(row, name) != value for name, value in wanted.items())


def page(tx: Tx, kind: Kind, after: int, limit: int) -> list[tuple[int, Subject]]:
    """Return some of what stands at the door, with its ids."""
    rows = tx.all(kind.page, {"after": after, "limit": limit})
    return [(row.id, Subject(kind.subject, name=getattr(row, kind.key))) for row in rows]
