"""What the staff sees of an account, beyond what everybody does."""

from typing import Literal

import msgspec

from bema.model.ids import AccountId, AppId, LoginId, Millis
from bema.model.policy import Role
from bema.model.views import Account

AccountStatus = Literal["active", "pending", "disabled", "silenced", "suspended", "sensitized"]


class Address(msgspec.Struct, frozen=True, gc=False):
    """A network address that somebody came from."""

    address: str
    used_at: Millis


class SignIn(msgspec.Struct, frozen=True, gc=False):
    """The login behind an account of this server."""

    id: LoginId
    email: str
    role: Role
    locale: str
    reason: str
    confirmed: bool
    approved: bool
    disabled: bool
    created_at: Millis
    app: AppId | None
    invited_by: AccountId | None
    addresses: list[Address]


class Administered(msgspec.Struct, frozen=True, gc=False):
    """An account with its login, which those of other servers have not."""

    account: Account
    sign_in: SignIn | None


class AccountFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts the staff asks for; what is None does not matter."""

    local: bool | None = None
    status: AccountStatus | None = None
    roles: tuple[Role, ...] | None = None
    username: str | None = None
    display_name: str | None = None
    domain: str | None = None
    email: str | None = None
    address: str | None = None
    invited_by: AccountId | None = None
