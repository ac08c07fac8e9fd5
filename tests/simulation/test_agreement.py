"""Agreement: whatever the network does to what servers say, in the end all of them know the same."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bema.domain import editing, favouriting, following, posting
from bema.domain.editing import Revision
from bema.domain.posting import Draft
from bema.model.errors import Refusal
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store.follows import Terms
from bema.store.tables import account, favourite, follow, post
from bema.store.tx import Tx
from tests.conftest import START
from tests.simulation.world import Server, World

HOSTS = ["one.example", "two.example", "three.example"]
STEPS = 60


@pytest.fixture
def worlds(tmp_path: Path, fresh_sqlite: Callable[[], str], drop_sqlite: Callable[[str], None]) -> Iterator[Any]:
    """Makes worlds by their seeds; they end with the test."""
    made: list[World] = []

    def make(seed: int) -> World:
        made.append(World(seed, HOSTS, tmp_path, fresh_sqlite, ManualClock(START)))
        return made[-1]

    yield make
    for world in made:
        world.close()


class Somebody(NamedTuple):
    """Somebody of one of the servers, and whom they are known as on each."""

    server: Server
    name: str
    ids: dict[str, AccountId]

    @property
    def id(self) -> AccountId:
        """Who they are at home."""
        return self.ids[self.server.host]


def _people(world: World) -> list[Somebody]:
    """Let two people join each server, and all servers know them."""
    people = []
    for host, server in world.servers.items():
        for name in ("ann", "bob"):
            full = f"{name}_{server.short}"
            people.append(Somebody(server, full, {host: server.person(full)}))
    for each in people:
        for host, server in world.servers.items():
            if host != each.server.host:
                each.ids[host] = world.run(server.meet(each.name, each.server.host))
    return people


class Said(NamedTuple):
    """A post, and the servers that it was meant for."""

    author: Somebody
    id: PostId
    uri: str
    hosts: set[str]  # that it was meant for when it was said
    visibility: Visibility
    allowed: set[str]  # that may have it: an edit goes to whoever follows by then
    lost: set[str]  # where nobody followed any more for a while, and it was not wanted, or not said anew


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_all_agree_when_it_is_quiet_again(worlds: Callable[[int], World], seed: int) -> None:
    """Follows, posts with what they say and to whom, favourites and boosts are the same on all servers that know of them."""
    world = worlds(seed)
    print(f"seed {seed}")
    people = _people(world)
    said: list[Said] = []
    world.rough(rough=True)
    for _ in range(STEPS):
        _act(world, people, said)
        world.pass_time()
        for each in said:
            _watch(world, each)
    world.come_to_rest()
    _check_follows(world)
    _check_posts(world, said)
    for each in said:
        home = each.author.server.read(_reactions, each.uri, each.id)
        for host, server in world.servers.items():
            there = server.read(_reactions, each.uri, None)
            local = {entry for entry in home if entry[1].endswith(host)}
            if each.author.server.host != host and there is not None:
                assert {entry for entry in there if entry[1].endswith(host)} == local, (each.uri, host)


def _watch(world: World, each: Said) -> None:
    """Note where a post is wanted at this moment, as its author's server knows it and as the others do."""
    home = each.author.server
    if each.visibility is Visibility.DIRECT or home.read(_row, each.id, None) is None:
        return
    now = set(home.read(_hosts_of_followers, each.author.id))
    each.allowed.update(now)
    for host, server in world.servers.items():
        if host not in now or not any(followed == each.author.name for _, followed in server.read(_follows)):
            each.lost.add(host)


def _act(world: World, people: list[Somebody], said: list[Said]) -> None:
    """Let somebody do something."""
    chance = world.chance
    who, whom = chance.sample(people, 2)
    here = who.server
    try:
        match chance.randrange(10):
            case 0 | 1 | 2:
                here.write(following.follow, who.id, whom.ids[here.host], Terms())
            case 3:
                here.write(following.unfollow, who.id, whom.ids[here.host])
            case 4 | 5:
                said.append(_say(world, who, whom))
            case 6:
                own = [each for each in said if each.author is who]
                if own:
                    text = f"said anew {chance.randrange(1_000_000)}"
                    here.write(editing.edit, here.app.site, who.id, chance.choice(own).id, Revision(text=text))
            case 7:
                own = [each for each in said if each.author is who]
                if own:
                    here.write(posting.delete, who.id, chance.choice(own).id)
            case 8:
                if (found := _known(here, chance.choice(said).uri if said else "")) is not None:
                    act = chance.choice((favouriting.favourite, favouriting.favourite, favouriting.unfavourite))
                    here.write(act, who.id, found)
            case 9:
                if (found := _known(here, chance.choice(said).uri if said else "")) is not None:
                    here.write(chance.choice((posting.boost, posting.boost, posting.unboost)), who.id, found)
    except Refusal:
        pass  # they may not do this now


def _say(world: World, who: Somebody, whom: Somebody) -> Said:
    here = who.server
    visibility = world.chance.choice(list(Visibility))
    text = f"said {world.chance.randrange(1_000_000)}"
    hosts = set(here.read(_hosts_of_followers, who.id)) if visibility is not Visibility.DIRECT else set()
    if visibility is Visibility.DIRECT or world.chance.random() < 0.3:
        text += f" @{whom.name}@{whom.server.host}"
        hosts.add(whom.server.host)
    id_ = here.write(posting.publish, here.app.site, who.id, Draft(text=text, visibility=visibility))
    world.run(here.app.runner.settle())  # whom it goes to is known as soon as the log is read
    uri = here.app.site.object(who.name, id_)
    return Said(who, id_, uri, hosts - {here.host}, visibility, set(hosts), set())


def _hosts_of_followers(tx: Tx, followed: AccountId) -> list[str]:
    followers = select(account.c.uri).select_from(follow.join(account, account.c.id == follow.c.follower_id))
    rows = tx.values(followers.where(follow.c.followed_id == followed, account.c.uri.is_not(None)))
    return [uri.split("/")[2] for uri in rows]


def _known(server: Server, uri: str) -> PostId | None:
    def find(tx: Tx) -> PostId | None:
        own = server.app.site.post_at(uri)
        found = tx.value(select(post.c.id).where((post.c.uri == uri) if own is None else (post.c.id == own)))
        return None if found is None else PostId(found)

    found: PostId | None = server.read(find)
    return found


def _follows(tx: Tx) -> set[tuple[str, str]]:
    """Return who follows whom, as a server knows it."""
    follower, followed = account.alias(), account.alias()
    source = follow.join(follower, follower.c.id == follow.c.follower_id).join(
        followed, followed.c.id == follow.c.followed_id
    )
    rows = tx.all(select(follower.c.username, followed.c.username).select_from(source))
    return {(row[0], row[1]) for row in rows}


def _check_follows(world: World) -> None:
    for one, other in itertools.combinations(world.servers.values(), 2):
        between = {one.short, other.short}
        known, theirs = (
            {pair for pair in each.read(_follows) if {name.split("_")[1] for name in pair} == between}
            for each in (one, other)
        )
        assert known == theirs, (one.host, other.host)


def _check_posts(world: World, said: list[Said]) -> None:
    """Check all that a server is told of; what one found by itself, through a boost, nobody knows that it has."""
    for each in said:
        at_home = each.author.server.read(_row, each.id, None)
        for host, server in world.servers.items():
            there = server.read(_row, None, each.uri)
            if server is each.author.server:
                continue
            if host not in each.hosts | each.allowed:
                assert there is None or each.visibility <= Visibility.UNLISTED, f"{each.uri} is not for {host}"
            elif at_home is None:
                assert there is None, f"{each.uri} lives on at {host}"
            elif host in each.hosts and host not in each.lost:
                assert there == at_home, f"{each.uri} at {host}"


def _row(tx: Tx, id_: PostId | None, uri: str | None) -> Any:
    """Return what a post says and for whom."""
    condition = post.c.uri == uri if id_ is None else post.c.id == id_
    row = tx.first(select(post.c.content_html, post.c.visibility).where(condition))
    return None if row is None else (row.content_html.split("@")[0].split("<span")[0], row.visibility)


def _reactions(tx: Tx, uri: str, id_: PostId | None) -> set[tuple[str, str]] | None:
    """Return who favourited and who boosted a post."""
    found = id_ or tx.value(select(post.c.id).where(post.c.uri == uri))
    if found is None:
        return None
    source = favourite.join(account, account.c.id == favourite.c.account_id)
    rows = tx.values(select(account.c.username).select_from(source).where(favourite.c.post_id == found))
    boosts = tx.values(
        select(account.c.username)
        .select_from(post.join(account, account.c.id == post.c.author_id))
        .where(post.c.boost_of_id == found)
    )
    return {("favourite", _host(name)) for name in rows} | {("boost", _host(name)) for name in boosts}


def _host(name: str) -> str:
    return f"{name}.{name.split('_')[1]}.example"
