"""A transaction as operations see it: statements in, rows out, the time, new ids, and facts for the event log.

`Tx` can only read; `WriteTx` can also change rows and emit events. Neither can wait, look at a clock or reach the network.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Executable

from bema.model.events import Event
from bema.model.ids import IdSource, Millis
from bema.store.statements import Parameters, Statements

Observer = Callable[[str], None]  # told the text of each statement; tests count and explain them


class Tx:
    """A consistent view of the database, for one operation."""

    __slots__ = ("_driver", "_observer", "_prepare", "dialect", "now")

    def __init__(self, driver: Any, dialect: str, prepare: Statements, now: Millis, observer: Observer | None) -> None:
        self._driver = driver
        self._prepare = prepare
        self._observer = observer
        self.dialect = dialect  # sqlite or postgresql
        self.now = now

    def all(self, statement: Executable, parameters: Parameters | None = None) -> list[Any]:
        """Return every row, as a named tuple."""
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        return prepared.rows(self._driver.execute(prepared.sql, prepared.bind(parameters)).fetchall())

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

    __slots__ = ("_ids", "emitted")

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

    def run(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Change rows and return how many were changed."""
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        return int(self._driver.execute(prepared.sql, prepared.bind(parameters)).rowcount)

    def run_each(self, statement: Executable, parameters: Sequence[Parameters]) -> None:
        """Run a statement that changes rows once for each set of parameters."""
        if not parameters:
            return
        prepared = self._prepare(statement)
        if self._observer is not None:
            self._observer(prepared.sql)
        self._driver.cursor().executemany(prepared.sql, [prepared.bind(each) for each in parameters])

    def emit(self, event: Event) -> None:
        """Add a fact to the event log, with this transaction."""
        self.emitted.append(event)

    def new_id(self) -> int:
        """Make an id for something that happens now."""
        return self._ids.next()

    def new_id_at(self, moment: Millis) -> int:
        """Make an id for something that happened at `moment`."""
        return self._ids.at(moment)


_encode = msgspec.json.Encoder().encode


def text_of(value: Any) -> str:
    """Encode a value for a column that holds a JSON document."""
    return _encode(value).decode()
