"""Collections of accounts that people recommend to everybody, and the rule of who may be in one."""

from enum import IntEnum

from bema.model.ids import AccountId, Millis, moment_of
from bema.model.policy import Standing
from bema.model.views import Account, View


class State(IntEnum):
    """How an account stands to a collection; the numbers are stored."""

    PENDING = 0  # it was asked
    ACCEPTED = 1
    REJECTED = 2  # it was asked and did not want to
    REVOKED = 3  # it took back its leave


class Item(View, frozen=True):
    """An account in a collection."""

    id: int
    account: AccountId
    state: State

    @property
    def created_at(self) -> Millis:
        """When it was put in."""
        return moment_of(self.id)


class Collection(View, frozen=True):
    """A collection, with those in it whom its reader may see there."""

    id: int
    owner: AccountId
    name: str
    description: str
    language: str | None
    tag: str | None
    sensitive: bool
    discoverable: bool
    updated_at: Millis
    items: tuple[Item, ...] = ()

    @property
    def created_at(self) -> Millis:
        """When it was made."""
        return moment_of(self.id)


def may_be_collected(account: Account) -> bool:
    """Whoever wants to be found here may be recommended; accounts elsewhere would have to be asked."""
    return account.domain is None and account.discoverable and account.standing is Standing.ACTIVE
