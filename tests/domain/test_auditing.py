"""The audit: what restricts somebody without a decision is found and put right; so is a decision that the log lacks."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from bema.domain import auditing, deciding, recording
from bema.model import limits
from bema.model.decisions import Act, Effect, Grounds, Subject, SubjectKind
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Standing
from bema.store.database import Database
from bema.store.tables import account, decision, effect, login, post, public_entry
from bema.store.tx import WriteTx
from tests.conftest import Read, Write
from tests.make import Make

Change = Callable[[WriteTx], object]


def findings(database: Database) -> list[str]:
    """Say what the audit finds."""
    return [finding.what for finding in auditing.audit(database.read_now)]


def limit(tx: WriteTx, id_: AccountId) -> int:
    """Limit an account, for a reason."""
    about = deciding.about(id_)
    grounds = Grounds(reasons="spam")
    return deciding.decide(tx, COMMAND_LINE, about, Act.LIMIT, grounds, [(Effect.LIMIT, about)])


def test_what_was_decided_is_as_it_should_be(database: Database, make: Make, write: Write) -> None:
    """Effects on people and posts, their end, frozen logins, and entries whose salts are gone."""
    ann = make.account("ann")
    make.login("ann@example.org", ann)
    about, id_ = deciding.about(ann), make.post(author=ann)
    said = Subject(SubjectKind.POST, id_)
    ids = [
        write(deciding.decide, COMMAND_LINE, about, Act.SUSPEND, Grounds(reasons="a"), [(each, about)])
        for each in (Effect.SUSPEND, Effect.FREEZE, Effect.SENSITIVE)
    ]
    write(deciding.decide, COMMAND_LINE, about, Act.REMOVE_POSTS, Grounds(posts=[id_]), [(Effect.REMOVE, said)])
    write(deciding.reverse, COMMAND_LINE, about, about, [Effect.SUSPEND, Effect.FREEZE])
    write(recording.forget, ids[0])
    assert findings(database) == []


@pytest.mark.parametrize("number", range(6))
def test_what_nobody_decided_is_found_and_put_right(database: Database, make: Make, write: Write, number: int) -> None:
    """Rows that somebody changed past the decisions: each is named, and undone."""
    ann = make.account("ann")
    make.login("ann@example.org", ann)
    make.post(author=ann)
    changes: list[Change] = [
        lambda tx: tx.run(update(post).values(removed=True)),
        lambda tx: tx.run(update(post).values(marked_sensitive=True)),
        lambda tx: tx.run(update(account).where(account.c.id == ann).values(limited=True)),
        lambda tx: tx.run(update(account).where(account.c.id == ann).values(sensitized=True)),
        lambda tx: tx.run(update(account).where(account.c.id == ann).values(standing=int(Standing.SUSPENDED))),
        lambda tx: tx.run(update(login).values(disabled_at=1)),
    ]
    write(changes[number])
    found = list(auditing.audit(database.read_now))
    assert [("otherwise than decided" in finding.what) for finding in found] == [True]
    assert all(write(auditing.put_right, finding) for finding in found)
    assert findings(database) == []


def test_a_restriction_that_was_lifted_by_hand_is_found(database: Database, make: Make, write: Write) -> None:
    """The other way round: decided, but not in force."""
    ann = make.account("ann")
    write(limit, ann)
    write(lambda tx: tx.run(update(account).where(account.c.id == ann).values(limited=False)))
    assert findings(database) == [f"account {ann} is restricted otherwise than decided"]


@pytest.mark.parametrize("number", range(7))
def test_a_decision_that_was_changed_or_left_out_is_found(
    database: Database, make: Make, write: Write, number: int
) -> None:
    """What the log tells of it is not what the database says now."""
    id_ = write(limit, make.account("ann"))
    changes: list[Change] = [
        lambda tx: tx.run(delete(public_entry)),
        lambda tx: tx.run(update(decision).values(reasons="something else")),
        lambda tx: tx.run(update(decision).values(clauses='["2"]')),
        lambda tx: tx.run(update(decision).values(act="suspend")),
        lambda tx: tx.run(update(decision).values(by_role=1)),
        lambda tx: tx.run(update(decision).values(report_id=5)),
        lambda tx: tx.run(update(effect).values(effect="sensitive")),
    ]
    write(changes[number])
    assert any(each.startswith(f"decision {id_} is ") for each in findings(database))


def test_an_entry_about_nothing_is_found(database: Database, make: Make, write: Write) -> None:
    """As it is after a database was lost and its entries were readmitted."""
    write(limit, make.account("ann"))
    write(lambda tx: tx.run(update(public_entry).values(decision_id=None)))
    assert "entry 0 of the public log is about a decision that is not here" in findings(database)


def test_the_audit_goes_on_after_a_part(database: Database, make: Make, write: Write, read: Read) -> None:
    """More of them than are looked at at once."""
    ann = make.account("ann")

    def many(tx: WriteTx) -> list[int]:
        return [limit(tx, ann) for _ in range(limits.AUDIT_BATCH + 3)]

    made = write(many)
    write(lambda tx: tx.run(delete(public_entry).where(public_entry.c.decision_id == made[-1])))
    assert findings(database) == [f"decision {made[-1]} is not in the public log"]
