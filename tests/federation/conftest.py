"""Two squares on an internet of the test's own, one over each kind of database; all tests of this folder share them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.federation.certificates import Authority
from tests.federation.network import Network
from tests.federation.stranger import Stranger
from tests.federation.town import Town

# Public addresses, so that the guard of production lets them through; those behind the last names it must not.
HOSTS = {
    "alder.example": "9.9.9.11",
    "birch.example": "9.9.9.12",
    "thorn.example": "9.9.9.13",
    "weed.example": "9.9.9.13",
    "inside.example": "127.0.0.1",
    "office.example": "10.0.0.1",
}


@dataclass(frozen=True)
class World:
    """The internet, and who certifies its hosts."""

    network: Network
    authority: Authority


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An internet without anybody."""
    with Network(HOSTS) as network:
        yield World(network, Authority(tmp_path_factory.mktemp("authority")))


@pytest.fixture(scope="session")
def towns(
    world: World, tmp_path_factory: pytest.TempPathFactory, postgresql: Any, administer: Callable[[str], object]
) -> Iterator[tuple[Town, Town]]:
    """Two squares that know nothing of each other yet."""
    administer("create database birch")
    databases = {"alder.example": "", "birch.example": postgresql.get_uri("birch")}
    with ExitStack() as stack:
        both: list[Town] = []
        for host, database in databases.items():
            home = tmp_path_factory.mktemp(host[:5])
            town = Town(world.network.place(host), host, world.authority, home, database=database)
            stack.callback(town.close)
            both.append(town)
        both[0].begin(authorized_fetch="on")
        both[1].begin()
        for town in both:
            town.answers()
        yield both[0], both[1]


@pytest.fixture
def alder(towns: tuple[Town, Town]) -> Town:
    """The one square, over SQLite, where servers must sign what they ask."""
    return towns[0]


@pytest.fixture
def birch(towns: tuple[Town, Town]) -> Town:
    """The other, over PostgreSQL."""
    return towns[1]


@pytest.fixture(scope="session")
def thorn(world: World) -> Iterator[Stranger]:
    """A server of another make that means no good, under two names."""
    place = world.network.place("thorn.example")
    stranger = Stranger(place, world.authority, HOSTS, "thorn.example", "weed.example")
    yield stranger
    stranger.close()
