"""Belongings: what somebody takes along from here, as rows of the files that other servers read."""

import msgspec

from bema.model.ids import AccountId, LoginId, Millis


class Person(msgspec.Struct, frozen=True, gc=False):
    """Somebody whom one follows, mutes, blocks or keeps in a list."""

    id: int  # of the relation
    username: str
    domain: str | None  # none: of this server
    boosts: bool = True
    notify: bool = False
    languages: list[str] = []
    notifications: bool = True  # of a mute: it hides them, too
    title: str = ""  # of the list


class Thing(msgspec.Struct, frozen=True, gc=False):
    """A post or a server that one keeps, or keeps away."""

    id: int  # of the relation
    name: str  # the address of a post, or the name of a server


class Archive(msgspec.Struct, frozen=True, gc=False):
    """All that is somebody's in one file, or the wish for it."""

    id: int
    account: AccountId
    login: LoginId
    asked_at: Millis
    ready_at: Millis | None
    expires_at: Millis | None
    key: str | None  # of the stored file
    size: int | None  # in bytes
    posts: int | None
    files: int | None
