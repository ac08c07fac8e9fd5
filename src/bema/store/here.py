"""Reads on the thread of whoever asks: SQLite only, short ones, and none at all where what they would find is known."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from bema.model import limits
from bema.store.tx import Known, Tx

T = TypeVar("T")


class _OutdatedError(Exception):
    """Somebody committed between a read's beginning and its first statement."""


class Here:
    """A connection that only reads, with what it read since the last commit of anybody.

    It is the driver of its own transactions: these begin with their first statement. An operation that finds all it needs
    in what is known asks SQLite one thing, whether anybody has committed; beginning and ending cost twice as much. Even
    that is asked once for all who ask in the same turn of the event loop, unless this process has committed since: they
    came before that turn began, so whatever was committed before they came was asked about.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Callable[["Here", Known], Tx],
        commits: Callable[[], int],
    ) -> None:
        """Take over the connection.

        `transaction` makes what operations are given of this driver and what is known; `commits` counts those of this
        process.
        """
        self._connection = connection
        self._transaction = transaction
        self._commits = commits
        self._asked_in: asyncio.AbstractEventLoop | None = None  # in whose turn whether anybody has committed
        self._asked_at = -1  # after how many commits of this process
        self._rounds_left = 0
        self._begun = False
        self._known = Known()
        self._version = -1
        connection.set_progress_handler(self._steps_taken, limits.READ_HERE_STEPS)

    def read(self, op: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Run an operation on one state; an OperationalError says that one of its statements takes longer than allowed."""
        loop, commits = asyncio.get_running_loop(), self._commits()
        if self._is_current(loop, commits) and self._known.size <= limits.KNOWN_ROWS:
            try:
                return self._perform(op, args, kwargs)
            except _OutdatedError:
                pass
            finally:
                self._end()
        try:
            self._known, self._version = Known(), self._begin()
            return self._perform(op, args, kwargs)
        finally:
            self._end()

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement, beginning the transaction if it is the first one."""
        if not self._begun and self._begin() != self._version:
            raise _OutdatedError
        return self._connection.execute(sql, parameters)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _perform(self, op: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        self._rounds_left = 2  # SQLite counts on from a statement's former uses: the first round may be a short one
        return op(self._transaction(self, self._known), *args, **kwargs)

    def _is_current(self, loop: asyncio.AbstractEventLoop, commits: int) -> bool:
        """Tell whether nobody has committed since what is known was read."""
        if self._asked_in is loop and self._asked_at == commits:
            return True
        if self._version_now() != self._version:
            return False
        if self._asked_in is not loop:
            self._asked_in = loop
            loop.call_soon(self._turn_over)
        self._asked_at = commits
        return True

    def _turn_over(self) -> None:
        self._asked_in = None

    def _version_now(self) -> int:
        """Return what changes with every commit of any other connection or process, and only then."""
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _begin(self) -> int:
        """Begin, and return which version it is that is read."""
        rounds, self._rounds_left = self._rounds_left, 0  # never broken off: every read after would find it half done
        self._connection.execute("BEGIN")
        self._begun = True
        version = self._version_now()
        self._rounds_left = rounds
        return version

    def _end(self) -> None:
        self._rounds_left = 0
        if self._begun:
            self._begun = False
            self._connection.execute("ROLLBACK")

    def _steps_taken(self) -> bool:
        """Tell SQLite, every so many steps, whether to break off."""
        self._rounds_left -= 1
        return self._rounds_left == 0
