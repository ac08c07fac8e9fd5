"""The database: runs operations where the data is, and answers only when what they wrote is on the disk.

SQLite: one writer thread takes every waiting operation, each in its savepoint, under one durable COMMIT (group commit);
a lock file lets the writers of several processes wait for each other in order. What nobody waits for gives way, and a
commit takes some milliseconds of it at a time. PostgreSQL: a small pool of threads, each operation in its own
transaction, repeated when the server breaks it off. Readers have threads of their own; on SQLite a short read runs where
it was asked for, because a hop to a thread and back costs more than the read. A thread begins, and connects, when all
others are busy: who is alone here is always served by the same, warm connection.
"""

import asyncio
import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.engine import make_url

from bema.model import limits
from bema.model.errors import Unavailable
from bema.model.ids import IdSource, Millis
from bema.store import log, slots
from bema.store.crews import Crew, Job
from bema.store.here import Here
from bema.store.statements import Statements
from bema.store.tx import Known, Observer, Tx, WriteTx, of_postgresql

if TYPE_CHECKING:
    import psycopg

P = ParamSpec("P")
T = TypeVar("T")


class Clock(Protocol):
    """Gives the time."""

    def now(self) -> Millis: ...


class Database:
    """Runs `read` and `write` operations: plain functions whose first parameter is a transaction."""

    def __init__(
        self, url: str, clock: Clock, *, run_dir: Path | None = None, observer: Observer | None = None
    ) -> None:
        """Open the database. `run_dir` holds lock files and is needed for SQLite; its default is beside the database."""
        self.url = make_url(url)
        self.clock = clock
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._dialect = "sqlite" if self.is_sqlite else "postgresql"
        self._prepare = Statements(self._dialect)
        self._observer = observer
        if self.is_sqlite:
            run_dir = run_dir or Path(str(self.url.database)).parent / "run"
            self._slot = slots.take(run_dir)
            self._writer_lock = open(run_dir / "writer.lock", "ab")  # noqa: SIM115 - held until close
        else:
            self._slot = slots.take_advisory(self._connect_postgresql())
        self._ids = IdSource(clock.now, self._slot.number)
        self.on_events: Callable[[], None] = lambda: None  # called after a commit that added to the event log
        if self.is_sqlite:
            self._writes = Crew("bema-write", self._write_grouped, 1)
        else:
            self._writes = Crew("bema-write", self._write_singly, limits.POSTGRES_WRITERS)
        self._reads = Crew("bema-read", self._read_loop, limits.READ_THREADS)
        self._closed = False
        self._commits = 0  # of the writer, in SQLite
        self._here: Here | None = None
        if self.is_sqlite:
            self._writes.grow()  # the first connection recovers what a crash left behind, before anybody asks

    # --- Asking -------------------------------------------------------------------------------------------------------

    async def read(self, op: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an operation that only reads, on one consistent state, and return what it returns."""
        if self.is_sqlite and not self._closed:
            try:
                if self._here is None:
                    self._here = Here(self._connect_sqlite(read_only=True), self._tx, lambda: self._commits)
                return self._here.read(op, args, kwargs)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(self._reads, limits.READ_QUEUE, Job(op, args, kwargs, future, loop))
        return await future

    async def write(self, op: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an operation that may write, and return what it returns once that is durable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(self._writes, limits.WRITE_QUEUE, Job(op, args, kwargs, future, loop))
        return await future

    async def write_behind(self, op: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what `write` does, for what follows by itself: it gives way to what somebody waits for."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(self._writes, limits.WRITE_QUEUE, Job(op, args, kwargs, future, loop, behind=True))
        return await future

    def read_now(self, op: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what `read` does, for callers without an event loop (command line, tests)."""
        future: Future[T] = Future()
        self._put(self._reads, limits.READ_QUEUE, Job(op, args, kwargs, future, None))
        return future.result()

    def write_now(self, op: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what `write` does, for callers without an event loop (command line, tests)."""
        future: Future[T] = Future()
        self._put(self._writes, limits.WRITE_QUEUE, Job(op, args, kwargs, future, None))
        return future.result()

    def _put(self, crew: Crew, most: int, job: Job) -> None:
        if self._closed or crew.waiting >= most:
            raise Unavailable
        crew.put(job)

    @property
    def slot(self) -> int:
        """The slot that this process holds alone: what it took for a while is marked by it."""
        return self._slot.number

    def forsaken_slots(self) -> list[int]:
        """Return the slots that no other living process holds: what is marked by them was left behind."""
        if self.is_sqlite:
            return slots.forsaken(Path(self._writer_lock.name).parent, self.slot)
        with self._connect_postgresql() as connection:
            return slots.forsaken_advisory(connection, self.slot)

    @property
    def waiting_writes(self) -> int:
        """How many operations wait for a writer."""
        return self._writes.waiting

    def close(self) -> None:
        """Finish what was accepted, then let go of everything."""
        if self._closed:
            return
        self._closed = True
        self._reads.end()
        _discard(self._here)
        self._writes.end()  # after all who only read: the last connection to go folds SQLite's log into the database
        if self.is_sqlite:
            self._writer_lock.close()
        self._slot.release()

    # --- Reading ------------------------------------------------------------------------------------------------------

    def _read_loop(self) -> None:
        connection: Any = None
        while (job := self._reads.take()) is not None:
            for attempt in (1, 2):
                try:
                    connection = connection or self._connect(read_only=True)
                    connection.execute("BEGIN" if self.is_sqlite else _READ_SNAPSHOT)
                    try:
                        job.result = job.op(self._tx(connection), *job.args, **job.kwargs)
                    finally:
                        connection.execute("ROLLBACK")
                except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who waits
                    job.error = error
                    if _is_broken(connection):
                        _discard(connection)
                        connection = None
                        if attempt == 1:
                            job.error = None
                            continue
                        if isinstance(error, sqlite3.Error) or of_postgresql(error) is not None:
                            job.error = _unavailable(error, "The server cannot look this up now, please try again")
                break
            self._reads.finish((job,))
            del job  # a waiting thread must not keep the last answer alive
        _discard(connection)

    # --- Writing on SQLite: group commit ------------------------------------------------------------------------------

    def _write_grouped(self) -> None:
        connection = self._connect(read_only=False)
        while (job := self._writes.take()) is not None:
            batch = [job]
            fcntl.flock(self._writer_lock, fcntl.LOCK_EX)
            try:
                emitted = self._commit_together(connection, batch)
            finally:
                fcntl.flock(self._writer_lock, fcntl.LOCK_UN)
            self._writes.finish(batch)
            if emitted:
                self.on_events()
            del job, batch
        _discard(connection)

    def _with_more(self, batch: list[Job]) -> Iterator[Job]:
        """Give the job of a batch, and add to it, and give, what waits: of what gives way one at least, and no more for long."""
        until = time.monotonic() + limits.WRITE_BEHIND_MILLISECONDS / 1_000
        job: Job | None = batch[0]
        gave_way = True
        while job is not None:
            yield job
            gave_way = gave_way and not job.behind
            job = self._writes.take_more(behind=False) if len(batch) < limits.WRITE_BATCH else None
            if job is None and (gave_way or time.monotonic() < until):
                job = self._writes.take_more(behind=True)
            if job is not None:
                batch.append(job)

    def _commit_together(self, connection: Any, batch: list[Job]) -> bool:
        """Perform the job of a batch, and others that wait, which join it; tell whether anything was emitted."""
        emitted = False
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in self._with_more(batch):
                connection.execute("SAVEPOINT operation")
                try:
                    emitted |= self._perform(connection, job)
                except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who waits
                    job.error = error
                    connection.execute("ROLLBACK TO operation")
                connection.execute("RELEASE operation")
            connection.execute("COMMIT")
            self._commits += 1
        except BaseException as error:  # noqa: BLE001 - nothing of this batch is on the disk (full, failing, locked)
            for job in batch:
                job.error = job.error or _unavailable(error)
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            return False
        return emitted

    def _perform(self, connection: Any, job: Job) -> bool:
        tx = WriteTx(connection, self._dialect, self._prepare, self.clock.now(), self._observer, self._ids)
        job.result = job.op(tx, *job.args, **job.kwargs)
        return log.append(tx)

    # --- Writing on PostgreSQL ----------------------------------------------------------------------------------------

    def _write_singly(self) -> None:
        connection: Any = None
        while (job := self._writes.take()) is not None:
            emitted = False
            for attempt in range(1, limits.WRITE_RETRIES + 1):
                job.error = None
                committing = False
                try:
                    connection = connection or self._connect(read_only=False)
                    connection.execute("BEGIN")
                    emitted = self._perform(connection, job)
                    committing = True
                    connection.execute("COMMIT")
                except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who waits
                    job.error = error
                    emitted = False
                    if _is_broken(connection):
                        _discard(connection)
                        connection = None
                        # A connection that breaks during COMMIT leaves it unknown whether the commit happened.
                        if of_postgresql(error) is not None and not committing and attempt < limits.WRITE_RETRIES:
                            continue
                        job.error = _unavailable(error)
                    else:
                        connection.execute("ROLLBACK")
                        if _is_broken_off(error) and attempt < limits.WRITE_RETRIES:
                            continue
                break
            self._writes.finish((job,))
            if emitted:
                self.on_events()
            del job
        _discard(connection)

    # --- Connections --------------------------------------------------------------------------------------------------

    def _tx(self, connection: Any, known: Known | None = None) -> Tx:
        return Tx(connection, self._dialect, self._prepare, self.clock.now(), self._observer, known)

    def _connect(self, *, read_only: bool) -> Any:
        return self._connect_sqlite(read_only=read_only) if self.is_sqlite else self._connect_postgresql()

    def _connect_sqlite(self, *, read_only: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(
            str(self.url.database), isolation_level=None, check_same_thread=False, cached_statements=512
        )
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only = 1")
        return connection

    def _connect_postgresql(self) -> "psycopg.Connection[Any]":
        import psycopg

        conninfo = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(conninfo, autocommit=True, prepare_threshold=2, options="-c timezone=UTC -c jit=off")


_SQLITE_PRAGMAS = (
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "synchronous = FULL",  # an answer is never ahead of the disk
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -16384",  # 16 MiB for each connection
    "mmap_size = 2147418112",  # the most that SQLite can, shared with the kernel's page cache: pages are not copied
)
_READ_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# serialization_failure, deadlock_detected; and foreign_key_violation, unique_violation: between what the operation
# looked up and what it wrote, another deleted or added the same. Done again, it finds what is so now.
_BROKEN_OFF = {"40001", "40P01", "23503", "23505"}


def _is_broken(connection: Any) -> bool:
    """Tell whether PostgreSQL went away; SQLite's connections stay."""
    return connection is None or bool(getattr(connection, "closed", False))


def _is_broken_off(error: BaseException) -> bool:
    told = of_postgresql(error)
    return told is not None and told.sqlstate in _BROKEN_OFF


def _discard(connection: Any) -> None:
    if connection is not None:
        with suppress(Exception):
            connection.close()


def _unavailable(
    error: BaseException, sentence: str = "The server could not store this, please try again"
) -> BaseException:
    refusal = Unavailable(sentence)
    refusal.__cause__ = error
    return refusal
