"""People and posts of other servers, as reading makes them of documents: `person("ann")`, `note("ann", 1)`."""

from collections.abc import Callable
from typing import Any

import msgspec

from bema.domain.receiving.brought import Brought, Person
from bema.model.federating import RemoteActor, RemotePost, host_of
from bema.model.ids import PostId
from bema.model.site import Site
from bema.store.tx import WriteTx
from bema.wire.activitypub import reading
from tests.conftest import Write
from tests.make import HERE
from tests.wire.activitypub.peers import mastodon_actor, mastodon_note

SITE = Site(HERE)
HOST = "mastodon.example"
ANN = f"https://{HOST}/users/ann"
BOB = "https://square.example/users/bob"

Hear = Callable[..., None]  # takes up an act that an account signed, with what was fetched for it


def uri(name: str, host: str = HOST) -> str:
    """Return the id of somebody."""
    return f"https://{host}/users/{name}"


EVE = uri("eve", "elsewhere.example")


def actor(name: str = "ann", host: str = HOST, **more: Any) -> RemoteActor:
    """Make what is known of somebody."""
    return reading.actor(reading.shortened(mastodon_actor(name, host, **more)))


def person(name: str = "ann", host: str = HOST, **more: Any) -> Person:
    """Make somebody with the domain under which they are known."""
    return Person(actor(name, host, **more), host)


def note(name: str = "ann", number: int = 1, host: str = HOST, **more: Any) -> RemotePost:
    """Make a post."""
    return reading.post(reading.shortened(mastodon_note(name, host, number, **more)))


def act(document: dict[str, Any]) -> Any:
    """Make an act out of a document."""
    return reading.act(reading.shortened(document))


def brought(*things: Person | RemotePost) -> Brought:
    """Put together what was fetched."""
    people = {each.actor.uri: each for each in things if isinstance(each, Person)}
    posts = {each.uri: each for each in things if isinstance(each, RemotePost)}
    return Brought(dict(people), dict(posts))


def changed(thing: Any, **more: Any) -> Any:
    """Return a struct with other values."""
    return msgspec.structs.replace(thing, **more)


def host(uri_: str) -> str:
    """Return the domain of an id."""
    return host_of(uri_) or ""


def ours(post: PostId) -> str:
    """Return the id of a post of Bob's."""
    return f"{BOB}/statuses/{post}"


def facts(write: Write, hear: Callable[[WriteTx], None]) -> list[Any]:
    """Return what an operation says to the log."""

    def tell(tx: WriteTx) -> list[Any]:
        hear(tx)
        return list(tx.emitted)

    return write(tell)
