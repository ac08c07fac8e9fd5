"""Joining: how a login and its first account come to be, and from when on they take part."""

import re
import secrets
from typing import Any

import msgspec

from bema.domain import appointing, guarding, letters, mailing, recording
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import AccountCreated, AccountJoined, AccountUpdated, LoginChanged, LoginCreated
from bema.model.ids import AccountId, AppId, LoginId, Millis
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Kind, Role, Standing
from bema.model.site import Site
from bema.outside.mail import check_address
from bema.store import accounts, invites, logins, one_time_secrets
from bema.store.tx import Tx, WriteTx

_CONFIRM = "confirm_address"
_USERNAME = re.compile(r"[A-Za-z0-9_]+")
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
    app: AppId | None = None  # through which they join
    reserved_names: bool = False  # the command line may give out any name
    created_at: Millis | None = None


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """How people come in here."""

    registration: str  # open, approval, invite, closed
    email_confirmation: bool


class Joined(msgspec.Struct, frozen=True):
    """Who joined, and what they still wait for."""

    login: LoginId
    account: AccountId
    confirmed: bool
    approved: bool


def sign_up(tx: WriteTx, site: Site, door: Door, applicant: Applicant, *, invitation: str = "") -> Joined:
    """Let somebody in by the server's own door: with an invitation where one is needed, or to wait for approval."""
    check_door(door)
    reviewed = guarding.check_network(tx, applicant.address)
    _check_address(tx, applicant.email)
    inviter = invites.use(tx, invitation) if invitation else None
    if inviter is None and (door.registration == "invite" or invitation):
        raise _refused({"invite_code": _problem("ERR_INVALID", "is not valid, or was used")})
    approved = door.registration != "approval" or inviter is not None
    if not approved and not applicant.reason.strip():
        raise _refused({"reason": _problem("ERR_BLANK", "can't be blank")})
    confirmed, approved = not door.email_confirmation, approved and not reviewed
    joining = msgspec.structs.replace(applicant, confirmed=confirmed, approved=approved, invited_by=inviter)
    login_id, account_id = join(tx, joining)
    if not confirmed:
        _ask_to_confirm(tx, site, login_id, applicant.email)
    return Joined(login_id, account_id, confirmed, approved)


def join(tx: WriteTx, applicant: Applicant) -> tuple[LoginId, AccountId]:
    """Create a login with its account. It takes part once it is confirmed and approved."""
    check(applicant)
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
        app_id=applicant.app,
    )
    if login_id is None:
        raise _refused({"email": _problem("ERR_TAKEN", "has already been taken")})
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
        raise _refused({"username": _problem("ERR_TAKEN", "has already been taken")})
    logins.join(tx, login_id, account_id, "owner")
    if applicant.role is not Role.MEMBER:
        by = recording.signature(tx, None, COMMAND_LINE.role)
        appointing.record(tx, login_id, Role.MEMBER, applicant.role, by)
        accounts.change(tx, account_id, badge=int(applicant.role))
    tx.emit(LoginCreated(login=login_id))
    tx.emit(AccountCreated(account=account_id))
    if applicant.confirmed and applicant.approved:
        tx.emit(AccountJoined(account=account_id))
    return login_id, account_id


def _check_address(tx: Tx, email: str) -> None:
    if guarding.is_kept_out(tx, email):
        raise _refused({"email": _problem("ERR_BLOCKED", "uses a disallowed e-mail provider")})


def invite(tx: WriteTx, by: LoginId, *, expires_at: Millis | None = None, max_uses: int | None = None) -> str:
    """Make an invitation, and return its code."""
    code = secrets.token_urlsafe(8)
    invites.add(tx, code=code, created_by=by, expires_at=expires_at, max_uses=max_uses)
    return code


# --- From when on they take part --------------------------------------------------------------------------------------


def check_confirmation(tx: Tx, secret: str) -> None:
    """Refuse a link that is not good, or no more."""
    if one_time_secrets.find(tx, _CONFIRM, secret) is None:
        raise NotFound(_OLD_LINK)


def confirm(tx: WriteTx, secret: str) -> LoginId:
    """Confirm an address by the link in a letter."""
    taken = one_time_secrets.take(tx, _CONFIRM, secret)
    row = logins.by_id(tx, LoginId(taken.login_id)) if taken is not None else None
    if taken is None or row is None or row.email != taken.payload:
        raise NotFound(_OLD_LINK)
    mark_confirmed(tx, row.id)
    return LoginId(row.id)


def mark_confirmed(tx: WriteTx, login_id: LoginId) -> None:
    """Take note that a login's address belongs to it; what was confirmed before stays as it is."""
    row = logins.by_id(tx, login_id)
    if row is None or row.confirmed_at is not None:
        return
    logins.change(tx, login_id, confirmed_at=tx.now)
    _take_part(tx, login_id)
    if row.approved_at is not None:
        for account_id in logins.accounts_of(tx, login_id):
            mailing.follow_instead(tx, account_id, row.email)


def ask_again(tx: WriteTx, site: Site, login_id: LoginId, email: str | None = None) -> None:
    """Send the letter that confirms an address again, perhaps to another address; not too often."""
    row = logins.by_id(tx, login_id)
    if row is None or row.confirmed_at is not None:
        raise Forbidden("This method is only available while the e-mail is awaiting confirmation")
    email = row.email if email is None else email.strip()
    if email.lower() != row.email_folded:
        problem = _email_problem(email)
        if problem is None:
            _check_address(tx, email)
        if problem is None and logins.by_email(tx, email) is not None:
            problem = _problem("ERR_TAKEN", "has already been taken")
        if problem is not None:
            raise _refused({"email": problem})
        logins.change(tx, login_id, email=email, email_folded=email.lower())
    if letters.may_be_asked_for(tx, login_id):
        _ask_to_confirm(tx, site, login_id, email)


def approve(tx: WriteTx, site: Site, by: LoginId | None, login_id: LoginId) -> None:
    """Let in somebody who waits for approval; `by` None is who has the command line."""
    row = _waiting(tx, by, login_id)
    logins.change(tx, row.id, approved_at=tx.now)
    _take_part(tx, row.id)
    letters.approved(tx, site, to=letters.To(row.email, row.locale))


def reject(tx: WriteTx, site: Site, by: LoginId | None, login_id: LoginId) -> None:
    """Send away somebody who waits for approval; their name can be taken by another."""
    row = _waiting(tx, by, login_id)
    letters.rejected(tx, site, to=letters.To(row.email, row.locale))
    logins.remove_with_pending(tx, row.id)


def _waiting(tx: WriteTx, by: LoginId | None, login_id: LoginId) -> Any:
    if by is not None:
        staff = logins.by_id(tx, by)
        if staff is None or staff.role < Role.MODERATOR:
            raise Forbidden
    row = logins.by_id(tx, login_id)
    if row is None or row.approved_at is not None:
        raise NotFound
    return row


def _take_part(tx: WriteTx, login_id: LoginId) -> None:
    """Let the accounts of a login take part, where nothing is missing any more."""
    row = logins.by_id(tx, login_id)
    tx.emit(LoginChanged(login=login_id))
    if row is None or row.confirmed_at is None or row.approved_at is None:
        return
    for account_id in logins.pending_accounts_of(tx, login_id):
        accounts.change(tx, account_id, standing=int(Standing.ACTIVE))
        tx.emit(AccountUpdated(account=account_id))
        tx.emit(AccountJoined(account=account_id))


def _ask_to_confirm(tx: WriteTx, site: Site, login_id: LoginId, email: str) -> None:
    secret = secrets.token_urlsafe(32)
    one_time_secrets.forget(tx, login_id, _CONFIRM)
    one_time_secrets.add(
        tx,
        secret=secret,
        purpose=_CONFIRM,
        login_id=login_id,
        payload=email,
        life_seconds=limits.CONFIRMATION_SECONDS,
    )
    row = logins.by_id(tx, login_id)
    letters.confirm_address(tx, site, to=letters.To(email, row.locale if row is not None else ""), secret=secret)


_OLD_LINK = "This link is too old or was used"

# --- What is filled in ------------------------------------------------------------------------------------------------

Problem = dict[str, str]
_LABELS = {
    "username": "Username",
    "email": "Email",
    "password": "Password",
    "agreement": "Service agreement",
    "reason": "Reason",
    "invite_code": "Invitation",
}


def check_door(door: Door) -> None:
    """Refuse everybody where nobody may join."""
    if door.registration == "closed":
        raise Forbidden("This server takes no new members at the moment")


def check(applicant: Applicant, *, agreed: bool = True, password: str | None = None) -> None:
    """Refuse what cannot be, all of it at once, before anything takes time. `password` is as it was typed, if it was."""
    found: dict[str, Problem] = {}
    if (problem := _name_problem(applicant.username, any_name=applicant.reserved_names)) is not None:
        found["username"] = problem
    if (problem := _email_problem(applicant.email)) is not None:
        found["email"] = problem
    if password is not None and not password:
        found["password"] = _problem("ERR_BLANK", "can't be blank")
    if not agreed:
        found["agreement"] = _problem("ERR_ACCEPTED", "must be accepted")
    if len(applicant.reason) > limits.REASON_CHARACTERS:
        found["reason"] = _problem("ERR_TOO_LONG", f"is too long (maximum is {limits.REASON_CHARACTERS} characters)")
    if found:
        raise _refused(found)


def _name_problem(name: str, *, any_name: bool) -> Problem | None:
    if not name:
        return _problem("ERR_BLANK", "can't be blank")
    if not _USERNAME.fullmatch(name):
        return _problem("ERR_INVALID", "must contain only letters, numbers and underscores")
    if len(name) > limits.USERNAME_CHARACTERS:
        return _problem("ERR_TOO_LONG", f"is too long (maximum is {limits.USERNAME_CHARACTERS} characters)")
    if name.lower() in RESERVED and not any_name:
        return _problem("ERR_RESERVED", "is reserved")
    return None


def _email_problem(email: str) -> Problem | None:
    if not email:
        return _problem("ERR_BLANK", "can't be blank")
    try:
        check_address(email)
    except Invalid:
        return _problem("ERR_INVALID", "is not a valid e-mail address")
    return None


def _problem(error: str, description: str) -> Problem:
    return {"error": error, "description": description}


def _refused(problems: dict[str, Problem]) -> Invalid:
    said = ", ".join(f"{_LABELS[field]} {problem['description']}" for field, problem in problems.items())
    return Invalid(f"Validation failed: {said}", details={field: [problem] for field, problem in problems.items()})
