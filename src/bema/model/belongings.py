"""Belongings: what somebody takes along from here, and brings from elsewhere, as rows of the files that servers read."""

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


class Line(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A line of a list that somebody brings; what is None, the list does not say."""

    name: str  # the address of a person or post, or the name of a server
    title: str = ""  # of the list that a person is to be in
    boosts: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None
    notifications: bool | None = None  # of a mute: it hides them, too


class Brought(msgspec.Struct, frozen=True, gc=False):
    """A list that somebody brings: what it is to do, and how far it has come."""

    id: int
    account: AccountId
    login: LoginId
    kind: str
    replaces: bool  # what stands here and not in the list is ended
    file_name: str
    looks_like: str | None  # another kind than was said
    total: int
    done: int
    refused: int
    ended: int  # of what stood here
    ended_to: int | None  # the relation up to which was ended what is not in the list; none: all, or nothing is
    created_at: Millis
    begun_at: Millis | None  # none: nobody said yes
    finished_at: Millis | None
    stopped: bool
