"""Finding: people and posts of other servers, asked for where they are at home and checked to be who and what they say."""

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from bema.model.errors import BadRequest
from bema.model.federating import Leave, RemoteActor, RemotePost, host_of, same_origin
from bema.model.remote_acts import Members
from bema.outside.peers import Misplaced, Peers
from bema.outside.unfetched import Unfetched
from bema.wire.activitypub import reading
from bema.wire.activitypub.reading_posts import POSTS
from bema.wire.activitypub.reading_shapes import Object, kind

T = TypeVar("T")


class Finder:
    """Finds people by their ids or addresses, posts and collections by their ids; raises `Unfetched` for what is not there."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    async def person(self, uri: str) -> tuple[RemoteActor, str]:
        """Return somebody with the domain that they are known under: WebFinger must say the same both ways."""
        return await self._named(_read(reading.actor, await self._peers.document(uri)))

    async def described(self, thing: Object) -> tuple[RemoteActor, str]:
        """Do the same with somebody whose document was fetched already."""
        return await self._named(_read(reading.actor, thing))

    async def addressed(self, name: str, host: str) -> tuple[RemoteActor, str]:
        """Return somebody by their address, `name@host`."""
        finger = await self._peers.finger(name, host)
        if finger.actor is None:
            raise Misplaced("nobody of that address can be asked")
        return await self.person(finger.actor)

    async def post(self, uri: str) -> RemotePost:
        """Return a post by its id."""
        return _read(reading.post, await self._peers.document(uri))

    async def leave(self, uri: str) -> Leave:
        """Return a leave to quote by its id."""
        return _read(reading.leave, await self._peers.document(uri))

    async def thing(self, url: str) -> RemotePost | tuple[RemoteActor, str]:
        """Return what an address leads to: a post, or somebody."""
        found = await self._peers.document(url)
        if kind(found, POSTS) is not None:
            return _read(reading.post, found)
        return await self.described(found)

    async def total(self, uri: str | None) -> int | None:
        """Return how many a collection says that it has; None where it does not say, or there is none."""
        if uri is None:
            return None
        try:
            return _read(reading.members, await self._peers.document(uri)).total
        except Unfetched:
            return None

    async def page(self, uri: str) -> Members:
        """Return a page of a collection."""
        return _read(reading.members, await self._peers.document(uri))

    async def members(self, uri: str) -> Members:
        """Return the first page of a collection, with the number that the collection tells."""
        found = _read(reading.members, await self._peers.document(uri))
        if found.first is None or not same_origin(uri, found.first):
            return found
        first = _read(reading.members, await self._peers.document(found.first))
        return replace(first, total=found.total)

    async def _named(self, actor: RemoteActor) -> tuple[RemoteActor, str]:
        home = host_of(actor.uri)
        assert home is not None
        try:
            finger = await self._peers.finger(actor.username, home)
        except Unfetched:
            if actor.type != "Application":  # servers themselves and relays are not always named
                raise
            return actor, home
        if finger.host != home:
            finger = await self._peers.finger(finger.name, finger.host)  # the domain that is claimed must say so itself
        if finger.actor != actor.uri or finger.name.lower() != actor.username.lower():
            raise Misplaced("their address is not theirs")
        return actor, finger.host


def _read(reader: Callable[[Object], T], thing: Object) -> T:
    try:
        return reader(thing)
    except BadRequest as refusal:
        raise Misplaced(refusal.message) from None
