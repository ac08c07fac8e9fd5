"""What following a fact costs does not grow with the server: no statement of a reader walks through a table."""

import re
from collections.abc import Callable

import psycopg
from sqlalchemy import text

from bema.model.events import NotificationsDismissed, PostEdited
from bema.model.ids import AccountId, NotificationId
from bema.store import notices, timelines
from bema.store.database import Database
from bema.store.timelines import Range
from bema.store.tx import WriteTx
from tests.conftest import Read, Write
from tests.make import Make

_SMALL = {"cursor", "widely_followed"}  # a handful of rows on any server
_MADE_HERE = {"CONSTANT", "anon_1", "json_each", "wanted", "numbered"}  # rows that a statement itself has put together


def everything(make: Make, settle: Callable[[], None]) -> AccountId:
    """Let one of each thing happen; return somebody who was told of something."""
    ann, bob = make.account("ann"), make.account("bob")
    make.follow(bob, ann, notify=True)
    make.follow_tag(bob, "tea")
    make.follow_request(ann, bob)
    shown = make.post(ann, tags=["tea"], mentions=[bob])
    make.post(bob, in_reply_to=shown, mentions=[ann])
    boost = make.boost(bob, shown)
    make.favourite(bob, shown)
    make.emit(PostEdited(post=shown, author=ann))
    settle()
    make.unfavourite(bob, shown)
    make.delete(boost)
    make.unfollow(bob, ann)
    make.emit(NotificationsDismissed(account=bob, only=NotificationId(1)))
    make.emit(NotificationsDismissed(account=bob, until=NotificationId(2)))
    make.delete(make.post(ann, tags=["tea"], in_reply_to=shown))
    settle()
    return ann


def plan(tx: WriteTx, sql: str) -> list[str]:
    """Ask SQLite how it would run a statement."""
    names = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
    return [row[3] for row in tx.all(text("explain query plan " + sql), names)]


def walks(lines: list[str]) -> list[str]:
    """Find the steps that touch every row of a table, or everybody who is here."""
    found = [line for line in lines if (match := re.match(r"SCAN (\w+)", line)) and match[1] not in _SMALL | _MADE_HERE]
    return found + [line for line in lines if "(uri=?)" in line]


def test_no_statement_of_a_reader_walks_through_a_table(
    database: Database, make: Make, read: Read, write: Write, settle: Callable[[], None], statements: list[str]
) -> None:
    """An index fits each of them, on both databases."""
    statements.clear()
    ann = everything(make, settle)
    read(timelines.home_ids, ann, Range(limit=20))
    read(notices.page, ann, Range(limit=20))
    read(notices.page, ann, Range(limit=20), types=["mention"])
    read(notices.unread_count, ann, NotificationId(0), 100)
    texts = sorted(set(statements))
    assert len(texts) > 40
    if database.is_sqlite:
        bad = {sql: found for sql in texts if (found := walks(write(plan, sql)))}
    else:
        bad = sequential_scans(database, texts)
    assert bad == {}


def sequential_scans(database: Database, texts: list[str]) -> dict[str, list[str]]:
    """Ask PostgreSQL for the plans of statements that would rather walk than do anything else, and do so all the same."""
    bad: dict[str, list[str]] = {}
    with psycopg.connect(database.url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("set enable_seqscan = off")
        for sql in texts:
            names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
            numbered = sql % {name: f"${number}" for number, name in enumerate(names, 1)}
            rows = connection.execute(f"explain (generic_plan) {numbered}".encode()).fetchall()
            lines = [row[0] for row in rows]
            found = [
                line
                for line in lines
                if (match := re.search(r"Seq Scan on (\w+)", line)) and match[1] not in _SMALL | _MADE_HERE
            ]
            if found:
                bad[sql] = found
    return bad
