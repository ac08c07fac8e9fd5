"""A transaction as operations see it: statements in, rows out, the time, new ids, and facts for the event log.

`Tx` can only read; `WriteTx` can also change rows and emit events. Neither can wait, look at a clock or reach the network.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import Executable

from bema.model import limits
from bema.model.events import Event
from bema.model.ids import IdSource, Millis
from bema.store.statements import Parameters, Statements

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
Observer = Callable[[str], None]  # told the text of each statement; tests count and explain them


class Known(dict[Any, Any]):
    """What was read from one state of the database, by whoever keeps it there under a key of its own."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0  # of the answers of statements that are kept

    @property
    def size(self) -> int:
        """How much is kept, in rows."""
        return len(self) + self.rows


class Tx:
    """A consistent view of the database, for one operation."""

    __slots__ = ("_driver", "_observer", "_prepare", "dialect", "known", "now")

    def __init__(
        self,
        driver: Any,
        dialect: str,
        prepare: Statements,
        now: Millis,
        observer: Observer | None,
        known: Known | None = None,
    ) -> None:
        # What was read before from exactly this state of the database; None where it is not known whether the state is
        # the same.
        self.known = known
        self._driver = driver
        self._prepare = prepare
        self._observer = observer
        self.dialect = dialect  # sqlite or postgresql
        self.now = now

    @property
    def lasting(self) -> dict[str, Any]:
        """What this process keeps as long as the database is open, whatever is committed: for what may be some time old."""
        return self._prepare.lasting

    def all(self, statement: Executable, parameters: Parameters | None = None) -> list[Any]:
        """Return every row, as a named tuple."""
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        return prepared.rows(self._driver.execute(prepared.sql, prepared.bind(parameters)).fetchall())

    def all_known(self, statement: Executable, parameters: Parameters) -> list[Any]:
        """Return every row, as `all` does, from what is known where it can be; see `once`."""
        if self.known is None:
            return self.all(statement, parameters)
        prepared = self._prepare(statement)
        values = prepared.bind(parameters)
        key = (prepared, *[value for name, value in values.items() if name != "now"])
        return self.once(key, lambda: self.all(statement, parameters))

    def once(self, key: tuple[Any, ...], read: Callable[[], list[T]]) -> list[T]:
        """Return what `read` returns, or did under the same key since the last commit and within the second.

        What time alone changes (a mute that ends, a poll that closes) may be seen for that second longer.
        """
        known = self.known
        if known is None:
            return read()
        kept = known.get(key)
        if kept is None or not 0 <= self.now - kept[0] < limits.KNOWN_MILLISECONDS:
            found = read()
            known.rows += len(found)
            kept = known[key] = (self.now, found)
        return list(kept[1])

    def all_planned(self, statement: Executable, parameters: Parameters | None = None) -> list[Any]:
        """Return every row; PostgreSQL makes a plan for these very parameters instead of one that is kept for all."""
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        anew = {"prepare": False} if self.dialect == "postgresql" else {}
        return prepared.rows(self._driver.execute(prepared.sql, prepared.bind(parameters), **anew).fetchall())

    def first(self, statement: Executable, parameters: Parameters | None = None) -> Any | None:
        """Return the first row, or None."""
        rows = self.all(statement, parameters)
        return rows[0] if rows else None

    def value(self, statement: Executable, parameters: Parameters | None = None) -> Any:
        """Return the first column of the first row, or None."""
        rows = self.all(statement, parameters)
        return rows[0][0] if rows else None

    def values(self, statement: Executable, parameters: Parameters | None = None) -> list[Any]:
        """Return the first column of every row."""
        return [row[0] for row in self.all(statement, parameters)]


class WriteTx(Tx):
    """A transaction that may change rows. What it emits is in the event log if, and only if, the rows are committed."""

    __slots__ = ("_ids", "changed", "emitted", "noted", "runs")

    def __init__(
        self,
        driver: Any,
        dialect: str,
        prepare: Statements,
        now: Millis,
        observer: Observer | None,
        ids: IdSource,
    ) -> None:
        super().__init__(driver, dialect, prepare, now, observer)
        self._ids = ids
        self.emitted: list[Event] = []
        self.noted: dict[Any, Any] = {}  # what was found out in this transaction and need not be asked again in it
        self.changed = 0  # rows so far; a reader of the log ends its batch by it,
        self.runs = 0  # and by how many statements changed them

    def run(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Change rows and return how many were changed."""
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        changed = int(self._driver.execute(prepared.sql, prepared.bind(parameters)).rowcount)
        self.changed += changed
        self.runs += 1
        return changed

    def run_each(self, statement: Executable, parameters: Sequence[Parameters]) -> None:
        """Run a statement that changes rows once for each set of parameters."""
        if not parameters:
            return
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        self._driver.cursor().executemany(prepared.sql, [prepared.bind(each) for each in parameters])
        self.changed += len(parameters)
        self.runs += len(parameters)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside when an error leaves it; the transaction goes on with what was done before."""
        emitted = len(self.emitted)
        self._driver.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._driver.execute("ROLLBACK TO SAVEPOINT part")
            self._driver.execute("RELEASE SAVEPOINT part")
            del self.emitted[emitted:]
            raise
        self._driver.execute("RELEASE SAVEPOINT part")

    def emit(self, event: Event) -> None:
        """Add a fact to the event log, with this transaction."""
        self.emitted.append(event)

    def new_id(self) -> int:
        """Make an id for something that happens now."""
        return self._ids.next()

    def new_id_at(self, moment: Millis) -> int:
        """Make an id for something that happened at `moment`."""
        return self._ids.at(moment)


def may_pass(error: BaseException) -> bool:
    """Tell whether the same operation may succeed later: the disk is full, the server went away, another was in the way."""
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR
    told = of_postgresql(error)
    return told is not None and isinstance(told, sys.modules["psycopg"].OperationalError)


def of_postgresql(error: BaseException | None) -> "psycopg.Error | None":
    """Return what PostgreSQL's driver raised; where there is only SQLite it is not even loaded, as it takes 9 MiB."""
    driver = sys.modules.get("psycopg")
    return error if driver is not None and isinstance(error, driver.Error) else None


_encode = msgspec.json.Encoder().encode


def text_of(value: Any) -> str:
    """Encode a value for a column that holds a JSON document."""
    return _encode(value).decode()
