"""Joining: how a login and its first account come to be."""

import re

import msgspec

from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import AccountCreated, LoginCreated
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.policy import Kind, Role, Standing
from bema.store import accounts, logins
from bema.store.tx import WriteTx

_USERNAME = re.compile(r"[A-Za-z0-9_]+")
_EMAIL = re.compile(r"[^@\s<>,;\"\x00-\x1f]+@[^@\s<>,;\"\x00-\x1f]+")
RESERVED = frozenset(
    [
        "about",
        "admin",
        "administrator",
        "api",
        "auth",
        "explore",
        "federation",
        "help",
        "home",
        "instance",
        "mod",
        "moderator",
        "notifications",
        "oauth",
        "owner",
        "postmaster",
        "public",
        "root",
        "security",
        "settings",
        "support",
        "system",
        "webmaster",
    ]
)


class Applicant(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who wants to join. The password was hashed already."""

    username: str
    email: str
    password_hash: str | None
    locale: str
    reason: str = ""
    role: Role = Role.MEMBER
    kind: Kind = Kind.PERSON
    confirmed: bool = False
    approved: bool = False
    address: str | None = None
    invited_by: LoginId | None = None
    reserved_names: bool = False  # the command line may give out any name
    created_at: Millis | None = None


def join(tx: WriteTx, applicant: Applicant) -> tuple[LoginId, AccountId]:
    """Create a login with its account. It takes part once it is confirmed and approved."""
    check_names(applicant)
    login_id = logins.add(
        tx,
        email=applicant.email,
        password_hash=applicant.password_hash,
        role=applicant.role,
        locale=applicant.locale,
        reason=applicant.reason,
        confirmed_at=tx.now if applicant.confirmed else None,
        approved_at=tx.now if applicant.approved else None,
        signed_up_from=applicant.address,
        invited_by=applicant.invited_by,
    )
    if login_id is None:
        raise _refused("email", "ERR_TAKEN", "has already been taken")
    account_id = accounts.add_local(
        tx,
        domain_id=accounts.home_domain(tx),
        username=applicant.username,
        kind=applicant.kind,
        standing=Standing.ACTIVE if applicant.confirmed and applicant.approved else Standing.PENDING,
        created_at=tx.now if applicant.created_at is None else applicant.created_at,
        language=None,
    )
    if account_id is None:
        raise _refused("username", "ERR_TAKEN", "has already been taken")
    logins.join(tx, login_id, account_id, "owner")
    tx.emit(LoginCreated(login=login_id))
    tx.emit(AccountCreated(account=account_id))
    return login_id, account_id


def check_names(applicant: Applicant) -> None:
    """Refuse a username or address that cannot be."""
    name, email = applicant.username, applicant.email
    if not _USERNAME.fullmatch(name):
        raise _refused("username", "ERR_INVALID", "must contain only letters, numbers and underscores")
    if len(name) > limits.USERNAME_CHARACTERS:
        raise _refused("username", "ERR_TOO_LONG", f"is too long (maximum is {limits.USERNAME_CHARACTERS} characters)")
    if name.lower() in RESERVED and not applicant.reserved_names:
        raise _refused("username", "ERR_RESERVED", "is reserved")
    if len(email) > limits.EMAIL_CHARACTERS or not _EMAIL.fullmatch(email):
        raise _refused("email", "ERR_INVALID", "is not a valid e-mail address")


def _refused(field: str, error: str, description: str) -> Invalid:
    name = {"username": "Username", "email": "E-mail"}[field]
    return Invalid(
        f"Validation failed: {name} {description}", details={field: [{"error": error, "description": description}]}
    )
