"""What a post costs of an author whom very many follow does not grow with their number: nobody's home is written to."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg

from bema.model import limits
from bema.model.ids import AccountId
from bema.store import homes, timelines
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import account_counts
from bema.store.timelines import Range
from bema.store.tx import WriteTx
from tests.conftest import Read, Write
from tests.make import Make


def work(database: Database, statement: str, values: dict[str, Any]) -> int:
    """Count the steps that SQLite takes for a statement, or the rows that PostgreSQL passes on within it."""
    if database.is_sqlite:
        connection = sqlite3.connect(str(database.url.database))
        steps = 0

        def count() -> None:
            nonlocal steps
            steps += 1

        connection.set_progress_handler(count, 1)
        connection.execute(statement, values)
        connection.close()
        return steps
    with psycopg.connect(database.url.render_as_string(hide_password=False)) as connected:
        lines = connected.execute(f"explain (analyze, timing off) {statement}".encode(), values).fetchall()
        connected.rollback()
    passed = (re.search(r"actual rows=([\d.]+) loops=(\d+)", line[0]) for line in lines)
    return sum(round(float(match[1]) * int(match[2])) for match in passed if match)


def let_be_followed_widely(tx: WriteTx, author: AccountId) -> None:
    """Take the author for one whom too many follow to write to."""
    many = {"account_id": author, "posts": 0, "followers": limits.FANOUT_FOLLOWERS + 1, "following": 0}
    counted = insert(account_counts).values(**many)
    tx.run(counted.on_conflict_do_update(index_elements=["account_id"], set_={"followers": many["followers"]}))
    homes.note_wide_following(tx, author)


def test_a_post_of_the_widely_followed_looks_at_none_of_their_followers(
    database: Database, make: Make, write: Write, settle: Callable[[], None], statements: list[str]
) -> None:
    """Each statement that fills or trims homes does as much for forty followers as for two."""
    ann = make.account("ann")
    make.follow(make.account("bob"), ann)
    make.follow(make.account("cat"), ann)
    settle()
    write(let_be_followed_widely, ann)
    first = make.post(make.account("dan"))
    statements.clear()
    post, boost = make.post(ann), make.boost(ann, first)
    settle()
    of_followers = sorted({sql for sql in statements if re.search(r"\bhome\b", sql) and "followed_id" in sql})
    assert len(of_followers) >= 3
    values = {"author": ann, "original": first, "slice": 0, "visibility_1": 3, "id_1": homes.DAY}

    def work_of(sql: str) -> int:
        about = {"post": boost if "original" in sql else post}
        names = re.findall(r"(?::|%\()(\w+)", sql)
        return work(database, sql, dict.fromkeys(names, 1) | values | about)

    few = [work_of(sql) for sql in of_followers]
    for number in range(38):
        make.follow(make.account(f"eve{number}"), ann)
    assert [work_of(sql) for sql in of_followers] == few


def test_pages_are_the_same_whether_posts_are_written_to_homes_or_merged(
    database: Database, make: Make, write: Write, read: Read, settle: Callable[[], None]
) -> None:
    """Of whatever length they are, and from whichever end they are read."""
    reader = make.account("reader")
    authors = [make.account(name) for name in ("ann", "bob", "cat")]
    for author in authors:
        make.follow(reader, author)
    settle()
    for author in authors[:2]:
        write(let_be_followed_widely, author)
    posts = [make.post(authors[number]) for number in (0, 0, 2, 1, 2, 0, 1, 1, 2, 2, 0, 1, 0, 2)]
    settle()
    for limit in (1, 2, 5, 20):
        for number, post in enumerate(posts):
            below, above = posts[:number][::-1], posts[number + 1 :][::-1]
            assert read(timelines.home_ids, reader, Range(limit, max_id=post)) == below[:limit]
            assert read(timelines.home_ids, reader, Range(limit, since_id=post)) == above[:limit]
            assert read(timelines.home_ids, reader, Range(limit, min_id=post)) == above[-limit:]
