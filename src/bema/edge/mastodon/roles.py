"""Roles as clients read them: a name, a badge, and the permissions as a bit mask in decimal digits."""

import msgspec

from bema.model import limits
from bema.model.permissions import PERMISSIONS, Permission
from bema.model.policy import Role
from bema.model.site import Site
from bema.wire.mastodon import accounts as entities

_EVERYBODY = "-99"  # Mastodon's id of the role that everybody has


def _role(role: Role) -> entities.Role:
    shown = role is not Role.MEMBER
    return entities.Role(
        id=str(int(role)) if shown else _EVERYBODY,
        name=role.name.title() if shown else "",
        color="",
        permissions=str(int(PERMISSIONS[role])),
        highlighted=shown,
        collection_limit=limits.COLLECTIONS,
    )


def role_of(site: Site, role: Role | None) -> entities.Role:
    """Render the role of a login; where posts go out by e-mail, everybody may let theirs."""
    return (_MAILING_ROLES if site.email_subscriptions else ROLES)[Role.MEMBER if role is None else role]


def _mailing(role: entities.Role) -> entities.Role:
    return msgspec.structs.replace(role, permissions=str(int(role.permissions) | Permission.MANAGE_EMAIL_SUBSCRIPTIONS))


ROLES = {role: _role(role) for role in Role}
_MAILING_ROLES = {role: _mailing(entity) for role, entity in ROLES.items()}
IDS = {entity.id: role for role, entity in ROLES.items()}
