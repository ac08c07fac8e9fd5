"""Gathering: operations that need what only other servers have are done with it, and whoever is looked for is found."""

import asyncio
import re
from collections.abc import Callable
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from bema.domain.receiving import people, posts
from bema.domain.receiving.brought import Brought, Lacking, Meaningless, Person
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.federating import RemotePost
from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.outside.finding import Finder
from bema.outside.unfetched import Unfetched
from bema.store import remote_actors
from bema.store.database import Database
from bema.store.tx import Tx, WriteTx

P = ParamSpec("P")
T = TypeVar("T")

_ADDRESS = re.compile(r"(?:acct:)?@?([\w.\-]{1,100})@([\w.\-]{1,253}(?::\d{1,5})?)", re.IGNORECASE)


class Found(NamedTuple):
    """What was found: one of both, or nothing."""

    account: AccountId | None = None
    post: PostId | None = None


class Gatherer:
    """Does operations on this database with what other servers have."""

    def __init__(self, database: Database, site: Site, finder: Finder) -> None:
        self.database, self.site, self.finder = database, site, finder
        self._turns = asyncio.Semaphore(limits.INCOMING_WRITES)

    async def carry_out(
        self, op: Callable[Concatenate[WriteTx, Brought, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do something in one transaction, as soon as all that it lacks was fetched; raise `Unfetched` where that must wait."""
        brought = Brought()
        for _ in range(limits.INCOMING_ROUNDS):
            try:
                async with self._turns:
                    return await self.database.write_behind(op, brought, *args, **kwargs)
            except Lacking as lacking:
                await self.fetch(brought, lacking)
        raise Meaningless("It never ends")

    async def fetch(self, brought: Brought, lacking: Lacking) -> None:
        """Fetch what an operation lacks; what cannot be had for good is noted as such."""
        try:
            match lacking.kind:
                case "person":
                    actor, host = await self.finder.person(lacking.uri)
                    brought.people[lacking.uri] = Person(actor, host) if actor.uri == lacking.uri else None
                case "post":
                    found = await self.finder.post(lacking.uri)
                    brought.posts[lacking.uri] = found if found.uri == lacking.uri else None
        except Unfetched as trouble:
            if not trouble.lasting:
                raise
            match lacking.kind:
                case "person":
                    brought.people[lacking.uri] = None
                case "post":
                    brought.posts[lacking.uri] = None

    # --- Looking for somebody or something ----------------------------------------------------------------------------

    async def find_person(self, name: str, host: str) -> AccountId | None:
        """Return the account of whoever has this address, fetched if need be; None where there is nobody."""
        try:
            known = await self.database.read(_known, name, host)
            return await self.fetch_person(name, host) if known is None else known
        except (Unfetched, Refusal):
            return None

    async def fetch_person(self, name: str, host: str) -> AccountId:
        """Fetch whoever has this address; raise `Unfetched` or a refusal where they cannot be had."""
        actor, home = await self.finder.addressed(name, host)
        return await self.database.write(people.keep, self.site, Person(actor, home))

    async def fetch_post(self, uri: str) -> PostId:
        """Fetch the post of an id, unless it is known; raise `Unfetched` or a refusal where it cannot be had."""
        return await self.carry_out(_known_or_fetched, self.site, uri)

    async def find(self, text: str) -> Found:
        """Return what an address of the web or of a person stands for, fetched if need be."""
        text = text.strip()
        if match := _ADDRESS.fullmatch(text):
            here = self.site.is_here(match[2])
            return Found() if here else Found(account=await self.find_person(match[1], match[2].lower()))
        if not text.startswith(("http://", "https://")) or people.is_ours(self.site, text):
            return Found()
        try:
            thing = await self.finder.thing(text)
            if isinstance(thing, RemotePost):
                return Found(post=await self.carry_out(_keep, self.site, thing))
            return Found(account=await self.database.write(people.keep, self.site, Person(*thing)))
        except (Unfetched, Refusal):
            return Found()


def _known(tx: Tx, name: str, host: str) -> AccountId | None:
    """Return who has an address, if they are known well enough not to be asked again."""
    id_ = remote_actors.by_address(tx, name, host)
    known = None if id_ is None else remote_actors.by_id(tx, id_)
    if known is None or known.standing is not Standing.ACTIVE or people.is_stale(tx, known):
        return None
    return known.id


def _keep(tx: WriteTx, brought: Brought, site: Site, post: RemotePost) -> PostId:
    return posts.keep(tx, site, brought, post, quiet=True)


def _known_or_fetched(tx: WriteTx, brought: Brought, site: Site, uri: str) -> PostId:
    return posts.post_of(tx, site, brought, uri)
