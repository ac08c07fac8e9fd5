"""Permissions: what each role may do on the server, by Mastodon's bits, and who of the staff acts."""

from enum import IntFlag

import msgspec

from bema.model.errors import Forbidden
from bema.model.ids import AccountId, LoginId
from bema.model.policy import Role


class Permission(IntFlag):
    """One thing that a role may do; the numbers are what clients read in `role.permissions`."""

    ADMINISTRATOR = 1 << 0
    VIEW_DEVOPS = 1 << 1
    VIEW_AUDIT_LOG = 1 << 2
    VIEW_DASHBOARD = 1 << 3
    MANAGE_REPORTS = 1 << 4
    MANAGE_FEDERATION = 1 << 5
    MANAGE_SETTINGS = 1 << 6
    MANAGE_BLOCKS = 1 << 7
    MANAGE_TAXONOMIES = 1 << 8
    MANAGE_APPEALS = 1 << 9
    MANAGE_USERS = 1 << 10
    MANAGE_INVITES = 1 << 11
    MANAGE_RULES = 1 << 12
    MANAGE_ANNOUNCEMENTS = 1 << 13
    MANAGE_CUSTOM_EMOJIS = 1 << 14
    MANAGE_WEBHOOKS = 1 << 15
    INVITE_USERS = 1 << 16
    MANAGE_ROLES = 1 << 17
    MANAGE_USER_ACCESS = 1 << 18
    DELETE_USER_DATA = 1 << 19
    MANAGE_EMAIL_SUBSCRIPTIONS = 1 << 22


_EVERYTHING = Permission((1 << 20) - 1)
_MODERATOR = (
    Permission.VIEW_DASHBOARD
    | Permission.VIEW_AUDIT_LOG
    | Permission.MANAGE_USERS
    | Permission.MANAGE_REPORTS
    | Permission.MANAGE_TAXONOMIES
)
PERMISSIONS: dict[Role, Permission] = {
    Role.MEMBER: Permission(0),
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: _EVERYTHING & ~(Permission.ADMINISTRATOR | Permission.VIEW_DEVOPS),
    Role.OWNER: _EVERYTHING,
}


def may(role: Role | None, wanted: Permission) -> bool:
    """Decide whether a role has a permission, or one of several."""
    return role is not None and bool(PERMISSIONS[role] & wanted)


def roles_that_may(wanted: Permission) -> list[Role]:
    """Return the roles that have a permission."""
    return [role for role in Role if may(role, wanted)]


class Staff(msgspec.Struct, frozen=True):
    """Who of the staff acts: the login, the account it speaks for, and the role it has at this moment."""

    login: LoginId | None  # none: who has the command line
    account: AccountId | None
    role: Role

    def needs(self, wanted: Permission) -> None:
        """Refuse who lacks a permission."""
        if not may(self.role, wanted):
            raise Forbidden


COMMAND_LINE = Staff(None, None, Role.OWNER)
CLOCK = Staff(None, None, Role.MEMBER)  # nobody: what was to happen at a time happens
