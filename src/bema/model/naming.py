"""What a post names, by the addresses that all servers know: its view has ids alone, which mean nothing elsewhere."""

import msgspec

from bema.model.ids import AccountId


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    """What a post quotes, or asks to quote."""

    uri: str
    url: str  # its page
    approval: str | None = None  # where its author's leave can be checked


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of what a post names."""

    people: dict[AccountId, str] = {}  # whom it mentions
    in_reply_to: str | None = None
    thread: str | None = (
        None  # what its thread is called where it began: mostly the collection of all that is said in it
    )
    quoted: Quoted | None = None
    leave: str | None = None  # where the leave to answer can be checked, if it was asked for


NO_NAMES = Names()
