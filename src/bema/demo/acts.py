"""What people of the demo square are and do, as plain values: the language between the script and whoever performs it."""

import msgspec

from bema.model.ids import Millis
from bema.model.policy import Kind, Visibility


class Person(msgspec.Struct, frozen=True):
    """Somebody, or something, that has an account in the demo square."""

    username: str
    display_name: str
    kind: Kind
    language: str  # BCP 47, of the bio and of posts that name no other
    reads: tuple[str, ...]  # languages understood besides one's own
    circles: tuple[str, ...]  # what one's life turns around: who shares a circle, follows each other
    bio: str
    fields: tuple[tuple[str, str], ...]
    locked: bool
    discoverable: bool


class Picture(msgspec.Struct, frozen=True):
    """A drawing of `bema.demo.drawings` with what it shows, in the language of the post."""

    drawing: str
    alt: str


class Post(msgspec.Struct, frozen=True):
    """Somebody writes; with `to`, in answer to the post of that key."""

    at: Millis
    by: str
    key: str
    text: str
    language: str
    visibility: Visibility
    to: str | None = None
    warning: str = ""
    pictures: tuple[Picture, ...] = ()


class Boost(msgspec.Struct, frozen=True):
    """Somebody passes a post on."""

    at: Millis
    by: str
    post: str


class Favourite(msgspec.Struct, frozen=True):
    """Somebody likes a post."""

    at: Millis
    by: str
    post: str


class Bookmark(msgspec.Struct, frozen=True):
    """Somebody keeps a post for later."""

    at: Millis
    by: str
    post: str


class Pin(msgspec.Struct, frozen=True):
    """Somebody puts an own post on top of their profile."""

    at: Millis
    by: str
    post: str


class Follow(msgspec.Struct, frozen=True):
    """Somebody follows another; a locked account that is not `accepted` has a request waiting."""

    at: Millis
    by: str
    whom: str
    accepted: bool = True


Act = Post | Boost | Favourite | Bookmark | Pin | Follow
