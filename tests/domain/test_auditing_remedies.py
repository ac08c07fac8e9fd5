"""The audit of remedies: objections, what came back and what was destroyed are in the public log as the database has them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, update

from bema.domain import appealing, auditing, deciding, recording
from bema.model.appealing import AppealState
from bema.model.decisions import Act, Effect
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.outside.log_keeper import Keeper
from bema.store import public_log
from bema.store.tables import appeal, destruction, restoration
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries
from tests.conftest import Person, Square
from tests.domain.test_restoring import WINDOW_DAYS, decided
from tests.edge.web.test_standing import keeper, read_page

__all__ = ["keeper"]  # a fixture


def findings(square: Square) -> list[str]:
    """Say what the audit finds; the tests make their staff past the log."""
    found = [finding.what for finding in auditing.audit(square.app.database.read_now)]
    return [each for each in found if "has a role" not in each]


def newest(square: Square, type_: str) -> Any:
    """Return the newest entry of a type."""

    def found(tx: Tx) -> bytes:
        last = public_log.last_of_type(tx, type_)
        assert last is not None, type_
        return last[1]

    return entries.decode(square.app.database.read_now(found))


@pytest.fixture
def lived(square: Square, keeper: Keeper, clock: ManualClock) -> Person:
    """Somebody with all of it: an appeal withdrawn, one answered, a return, and a post that was destroyed."""
    ann = square.person("ann")
    write, site = square.app.database.write_now, square.app.site
    post = square.make.post(ann.account)
    decided(square, ann, Act.REMOVE_POSTS, [post])
    square.settle()
    clock.advance(days=WINDOW_DAYS + 1)
    square.settle()
    suspended = decided(square, ann)
    square.settle()
    owner = square.staff("owner")  # now there is a second person, and decisions would wait for them
    write(appealing.withdraw, ann.account, write(appealing.object_to, ann.account, suspended, "No"))
    objected = write(appealing.object_to, ann.account, suspended, "Yes: No")
    staff = Staff(owner.login, owner.account, Role.OWNER)
    write(appealing.take, staff, objected)
    write(appealing.ask, site, staff, objected, "Why?")
    clock.advance(days=3)
    write(appealing.answer, ann.account, objected, "Because")
    write(appealing.decide, site, staff, objected, AppealState.REVERSED, "So it was")
    write(appealing.object_to, ann.account, decided(square, ann, Act.LIMIT), "And this?")
    square.settle()
    return ann


def test_what_went_as_it_should_gives_no_findings(square: Square, lived: Person) -> None:
    """The return and the destruction stand in the log, with what they are about and nothing that tells of whom."""
    assert findings(square) == []
    restored, purged = newest(square, "decision.restored"), newest(square, "decision.purged")
    assert restored.body.same is True
    assert restored.body.reversal > restored.body.decision
    assert purged.body.destroyed == [entries.Does("remove", "post", 1)]
    for entry in (restored, purged):
        assert str(lived.account) not in entries.encode(entry).decode()
    for type_, said in (
        ("decision.restored", "A suspended account is back, with all of its posts and files as they were."),
        ("decision.purged", "was destroyed, as nobody could object any more"),
    ):
        last = square.app.database.read_now(public_log.last_of_type, type_)
        assert last is not None
        assert said in read_page(square.stranger, f"/trust/decisions/{last[0]}")


def test_what_was_counted_is_only_promised_and_can_be_opened(square: Square, lived: Person) -> None:
    """Numbers of posts and followers would tell whose they are."""
    entry = newest(square, "decision.restored")
    written = entries.encode(entry).decode()
    assert "followers" not in written
    assert {"before", "after"} == set(entry.commitments.__struct_fields__)
    assert entry.commitments.before != entry.commitments.after, "each has a salt of its own"


def _where(table: Any, **values: Any) -> Callable[[WriteTx], object]:
    return lambda tx: tx.run(update(table).values(**values))


_OPEN = appeal.c.state == "open"
_FORGERIES: dict[str, tuple[Callable[[WriteTx], object], str]] = {
    "an appeal without an entry": (
        lambda tx: tx.run(update(appeal).where(_OPEN).values(place=99_999)),
        "is not in the",
    ),
    "an appeal made earlier": (lambda tx: tx.run(update(appeal).where(_OPEN).values(opened_at=1)), "something else"),
    "a shorter time to answer": (lambda tx: tx.run(update(appeal).where(_OPEN).values(due_at=1)), "something else"),
    "an appeal that is gone": (lambda tx: tx.run(delete(appeal).where(_OPEN)), "(appeal.opened) is about something"),
    "an answer that nobody gave": (
        lambda tx: tx.run(update(appeal).where(_OPEN).values(state="upheld", decided_at=5)),
        "was answered, which is not in the public log",
    ),
    "another outcome": (
        lambda tx: tx.run(update(appeal).where(appeal.c.state == "reversed").values(state="upheld")),
        "the answer to appeal",
    ),
    "another who answered": (
        lambda tx: tx.run(update(appeal).where(appeal.c.state == "reversed").values(took_part=True)),
        "the answer to appeal",
    ),
    "an answer taken away": (
        lambda tx: tx.run(update(appeal).where(appeal.c.state == "withdrawn").values(state="open", decided_place=None)),
        "(appeal.decided) is about something that is not here",
    ),
    "a return without an entry": (_where(restoration, place=None), "came back after"),
    "a return with other numbers": (
        _where(restoration, before=func.replace(restoration.c.before, '"count":', '"count":1')),
        "came back after",
    ),
    "a return that is gone": (lambda tx: tx.run(delete(restoration)), "(decision.restored) is about something"),
    "more destroyed than said": (
        _where(destruction, destroyed='[["remove","post"],["remove","post"]]'),
        "was destroyed of decision",
    ),
    "something destroyed that nothing tells of": (
        lambda tx: tx.run(delete(destruction)),
        "was destroyed, which is not",
    ),
    "an entry that tells of nothing": (
        lambda tx: recording.enter(
            tx,
            "decision.purged",
            lambda seq: entries.DecisionPurged(
                at=recording.moment(tx.now), type_seq=seq, body=entries.Purged(0, [entries.Does("remove", "post", 3)])
            ),
        ),
        "(decision.purged) is about something that is not here",
    ),
}


class _Undo(Exception):  # noqa: N818 -- nothing went wrong
    pass


def test_what_somebody_changed_past_the_log_is_found(square: Square, lived: Person) -> None:
    """Whichever of the two sides was changed, the finding names it; no program pretends to put it right."""
    found: list[auditing.Finding] = []
    for what, (forge, expected) in _FORGERIES.items():

        def forged(tx: WriteTx, forge: Callable[[WriteTx], object] = forge) -> None:
            forge(tx)
            found[:] = auditing.audit(lambda part, after: part(tx, after))
            assert not any(auditing.put_right(tx, each) for each in found)
            raise _Undo

        with pytest.raises(_Undo):
            square.app.database.write_now(forged)
        assert any(expected in each.what for each in found), (what, found)
    assert findings(square) == [], "all of it was undone"


def test_a_return_that_is_not_the_same_says_so_in_public(square: Square, keeper: Keeper) -> None:
    """By the kinds of what differs, not by numbers."""
    ann = square.person("ann")
    lost = square.make.post(ann.account)
    square.settle()
    decided(square, ann)
    square.settle()
    square.make.delete(lost)
    square.app.database.write_now(deciding.release, COMMAND_LINE, ann.account, Effect.SUSPEND)
    square.settle()
    entry = newest(square, "decision.restored")
    assert (entry.body.same, entry.body.differing) == (False, ["posts", "home"])
    assert findings(square) == []
