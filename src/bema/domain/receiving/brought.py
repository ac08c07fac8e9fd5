"""Brought: what was fetched for an act from other servers, and how an operation says that it needs more."""

from typing import Literal

import msgspec

from bema.model.errors import Refusal
from bema.model.federating import RemoteActor, RemotePost

Kind = Literal["person", "post"]


class Person(msgspec.Struct, frozen=True):
    """Somebody, and the domain under which WebFinger says that they are known."""

    actor: RemoteActor
    host: str


class Brought(msgspec.Struct, frozen=True):
    """What was fetched, by its id; None is what could not be had. Each document came from the server that answers for it."""

    people: dict[str, Person | None] = {}
    posts: dict[str, RemotePost | None] = {}


class Lacking(Exception):  # noqa: N818 - nothing went wrong: it says what must be fetched first
    """What an operation needs and nobody here knows; nothing was changed."""

    def __init__(self, kind: Kind, uri: str) -> None:
        super().__init__(f"{kind} {uri}")
        self.kind, self.uri = kind, uri


class Meaningless(Refusal):
    """It concerns nobody here, or is not theirs to say: it is dropped, and that is all."""

    message = "This concerns nobody here"
