"""Severances: what somebody lost because a server, or a person of one, was shut out."""

from enum import StrEnum

from bema.model.ids import AccountId, Millis, moment_of
from bema.model.views import View


class Cause(StrEnum):
    """What ended the follows; the words are stored."""

    DOMAIN = "domain"  # the staff suspended a server
    ACCOUNT = "account"  # the staff suspended a person of another server
    OWN = "own"  # who lost them blocked a server


class Severance(View, frozen=True):
    """What one person lost at one time."""

    id: int
    account: AccountId
    cause: Cause
    name: str
    decision: int | None
    followers: int
    following: int
    restored: int  # of both together

    @property
    def at(self) -> Millis:
        """When it began."""
        return moment_of(self.id)


class Severed(View, frozen=True):
    """A follow that ended."""

    handle: str
    boosts: bool
    notify: bool
    languages: list[str] | None
