"""What the statements of timelines, threads and lists of people cost does not grow with the server."""

import re
import sqlite3
from collections.abc import Callable
from itertools import count
from typing import Any

import psycopg
import pytest

from bema.model.ids import AccountId, PostId
from bema.store import posts, reactions, threads, timelines
from bema.store.timelines import AuthorFilter, Filter, Range, TagFilter
from bema.store.tx import Tx
from tests.conftest import Read
from tests.make import Make

PAGE = Range(20)
ANN, POST = AccountId(1), PostId(1)
GROWING = r"(?:post|account|mention|follow|block|mute|favourite|bookmark|pin|post_tag|home)(?:_\d+)?"

READS: dict[str, Callable[[Tx], Any]] = {
    "public": lambda tx: timelines.public_ids(tx, ANN, Filter(), PAGE),
    "public for strangers": lambda tx: timelines.public_ids(tx, None, Filter(), PAGE),
    "public from here": lambda tx: timelines.public_ids(tx, ANN, Filter(local=True), PAGE),
    "public with media": lambda tx: timelines.public_ids(tx, ANN, Filter(only_media=True), PAGE),
    "by tag": lambda tx: timelines.tag_ids(tx, ANN, 1, PAGE),
    "by tags": lambda tx: timelines.tag_ids(tx, ANN, 1, PAGE, Filter(local=True), TagFilter((2,), (3,), (4,))),
    "by author": lambda tx: timelines.author_ids(tx, ANN, ANN, AuthorFilter(), PAGE),
    "by author with media": lambda tx: timelines.author_ids(tx, ANN, ANN, AuthorFilter(only_media=True), PAGE),
    "pinned": lambda tx: timelines.pinned_ids(tx, ANN, ANN),
    "favourites": lambda tx: timelines.favourites(tx, ANN, PAGE),
    "bookmarks": lambda tx: timelines.bookmarks(tx, ANN, PAGE),
    "favourited by": lambda tx: reactions.favourites(tx, ANN, POST, PAGE),
    "boosted by": lambda tx: reactions.boosts(tx, ANN, POST, PAGE),
    "above": lambda tx: threads.ancestors(tx, POST, ANN, 40),
    "below": lambda tx: threads.descendants(tx, POST, ANN, 40, 20),
    "visible": lambda tx: posts.visible_ids(tx, [POST], ANN),
}


class Anything(dict[str, Any]):
    """Values for whatever parameters a statement has."""

    def __missing__(self, name: str) -> None:
        return None


def plan(url: str, statement: str) -> list[str]:
    """Ask the database how it would run a statement, not knowing its parameters and with tables too large to be read."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        lines = [row[3] for row in connection.execute(f"explain query plan {statement}", Anything())]
        connection.close()
        return lines
    numbers = count(1)
    places: dict[str, str] = {}
    text = re.sub(r"%\((\w+)\)s", lambda match: places.setdefault(match[1], f"${next(numbers)}"), statement)
    with psycopg.connect(url) as connected:
        connected.execute("set enable_seqscan = off")
        return [row[0] for row in connected.execute(f"explain (generic_plan) {text}").fetchall()]


@pytest.mark.parametrize("name", READS)
def test_no_table_that_grows_is_read_as_a_whole(
    database_url: str, read: Read, make: Make, statements: list[str], name: str
) -> None:
    """Neither from end to end, nor into a hash of all its rows, nor for the sake of an order."""
    make.post(make.account("ann"))
    statements.clear()
    read(READS[name])
    lines = plan(database_url, statements[-1])
    wrong = re.compile(rf"^SCAN {GROWING}\b|Seq Scan on {GROWING}\b|hashed SubPlan")
    assert not [line for line in lines if wrong.search(line)], "\n".join(lines)
