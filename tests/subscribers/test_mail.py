"""Mail: what was written is sent, again and again if need be, under one name."""

import asyncio
import email
from pathlib import Path

import pytest

from bema.model import limits
from bema.model.events import LetterWritten
from bema.outside.clock import ManualClock
from bema.outside.mail import MailServer, Postman
from bema.store import letters, tasks
from bema.store.database import Database
from bema.store.tx import WriteTx
from bema.subscribers import SUBSCRIBERS, mail
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.make import HERE


def write_letter(tx: WriteTx, recipient: str) -> int:
    """Write a letter as operations do."""
    id_ = letters.add(tx, recipient=recipient, subject="Good morning", text="This is for you.")
    tx.emit(LetterWritten(letter=id_))
    return id_


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """Where letters go when no mail server is set."""
    return tmp_path / "outbox"


def runner_with(database: Database, clock: ManualClock, outbox: Path, server: MailServer | None = None) -> Runner:
    """Read the log with a postman."""
    postman = Postman(clock, from_address=f"square@{HERE}", outbox=outbox, server=server)
    return Runner(database, SUBSCRIBERS, {"mail": mail.performer(database, postman, HERE)})


def test_a_letter_is_sent_and_forgotten(
    database: Database, clock: ManualClock, write: Write, read: Read, outbox: Path
) -> None:
    """Its text lets somebody in: it is not kept."""
    id_ = write(write_letter, "ann@there.example")
    asyncio.run(runner_with(database, clock, outbox).settle())
    (sent,) = outbox.iterdir()
    message = email.message_from_bytes(sent.read_bytes())
    assert (message["To"], message["Message-ID"]) == ("ann@there.example", f"<letter-{id_}@{HERE}>")
    assert read(letters.by_id, id_) is None
    assert not read(tasks.any_due, ["mail"])


def test_a_letter_waits_for_a_mail_server_that_is_away(
    database: Database, clock: ManualClock, write: Write, read: Read, outbox: Path
) -> None:
    """It is tried again later, and given up for the operator to see after many tries."""
    id_ = write(write_letter, "ann@there.example")
    nowhere = MailServer(host="127.0.0.1", port=1, tls="none")
    runner = runner_with(database, clock, outbox, nowhere)
    asyncio.run(runner.settle())
    assert not read(tasks.any_due, ["mail"])
    clock.advance(seconds=limits.TASK_BACKOFF_SECONDS)
    assert read(tasks.any_due, ["mail"])
    for attempts in range(1, limits.TASK_ATTEMPTS):
        assert read(tasks.given_up) == 0
        asyncio.run(runner.settle())
        clock.advance(seconds=tasks.backoff_seconds(attempts + 1))
    assert read(tasks.given_up) == 1
    assert read(letters.by_id, id_) is not None


def test_a_letter_is_sent_once_though_the_log_is_read_twice(
    database: Database, clock: ManualClock, write: Write, outbox: Path
) -> None:
    """What was sent is gone, so that nothing asks for it again."""
    write(write_letter, "ann@there.example")
    runner = runner_with(database, clock, outbox)
    asyncio.run(runner.settle())
    asyncio.run(runner.rebuild("mail"))
    asyncio.run(runner.settle())
    assert len(list(outbox.iterdir())) == 1
