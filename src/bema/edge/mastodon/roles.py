"""Roles as clients read them: a name, a badge, and the permissions as a bit mask in decimal digits."""

from bema.model import limits
from bema.model.permissions import PERMISSIONS
from bema.model.policy import Role
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


ROLES = {role: _role(role) for role in Role}
IDS = {entity.id: role for role, entity in ROLES.items()}
