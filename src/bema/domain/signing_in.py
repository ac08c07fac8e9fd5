"""Signing in: proving who one is, step by step, with every failure counted before it is known to be one.

A password is checked between two transactions, because it takes long: `begin` counts the attempt and says what to
compare with, `finish` opens the session or asks for the second step. Who is unknown goes the same way as who is wrong.

Whoever is shut out by a decision signs in as everybody does: their session is good for what concerns the decision.
"""

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec

from bema.model import limits
from bema.model.errors import Forbidden, Invalid, TooMany, Unauthenticated
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.policy import Standing
from bema.outside import recovery, totp
from bema.store import accounts, attempts, logins, one_time_secrets, passkeys, recovery_codes, sessions
from bema.store.grants import digest
from bema.store.tx import Tx, WriteTx

_SECOND_STEP, _SPENT = "second_step", "spent_challenge"
WRONG = "This name and password do not belong together"
WRONG_CODE = "This code is not right"
UNCONFIRMED = "Please confirm your e-mail address first: the link is in the mail we sent you"
UNAPPROVED = "Your request to join has not been answered yet; you will get a mail"


class Visitor(msgspec.Struct, frozen=True):
    """From where somebody signs in, and the session that the new one takes the place of."""

    address: str
    network: str
    user_agent: str
    login: LoginId | None = None
    session: int | None = None
    beside: tuple[str, ...] = ()  # secrets of other sessions in this browser; one of the same login ends


class Candidate(msgspec.Struct, frozen=True):
    """Who somebody claims to be. `password_hash` None fails as slowly as a wrong password."""

    keys: tuple[str, str]  # under which failures are counted: of the login or name, and of the network
    login: LoginId | None
    password_hash: str | None


class Opened(msgspec.Struct, frozen=True):
    """A session was opened; the secret goes into the cookie."""

    secret: str
    login: LoginId
    account: AccountId
    confined: bool = False  # a decision shut them out: the session is good for what concerns that


class SecondStep(msgspec.Struct, frozen=True):
    """The password was right, and a second proof is asked for; the secret goes into a cookie until it comes."""

    secret: str


class Waiting(msgspec.Struct, frozen=True):
    """The proof was right, but the login takes no part yet."""

    login: LoginId
    confirmed: bool

    @property
    def why(self) -> str:
        """Say what is missing."""
        return UNAPPROVED if self.confirmed else UNCONFIRMED


def begin(tx: WriteTx, name: str, visitor: Visitor, *, factor: float = 1.0) -> Candidate:
    """Count an attempt to sign in with an address or username; refuse where there were too many that failed."""
    name = name.strip()[: limits.EMAIL_CHARACTERS].lower()
    row = logins.by_email(tx, name) if "@" in name.lstrip("@") else logins.by_username(tx, name.lstrip("@"))
    # A name that nobody has is kept as a digest: people type their password there by mistake.
    who = f"password of {row.id}" if row is not None else f"password of nobody {digest(name).hex()}"
    keys = (who, f"passwords from {visitor.network}")
    _count(tx, keys[0], limits.SIGN_IN_FAILURES, factor)
    _count(tx, keys[1], limits.SIGN_IN_FAILURES_PER_ADDRESS, factor)
    if row is None:
        return Candidate(keys, None, None)
    return Candidate(keys, row.id, row.password_hash)


def begin_again(tx: WriteTx, login_id: LoginId, visitor: Visitor, *, factor: float = 1.0) -> Candidate:
    """Do what `begin` does for somebody who is signed in and proves it again."""
    row = logins.by_id(tx, login_id)
    keys = (f"password of {login_id}", f"passwords from {visitor.network}")
    _count(tx, keys[0], limits.SIGN_IN_FAILURES, factor)
    _count(tx, keys[1], limits.SIGN_IN_FAILURES_PER_ADDRESS, factor)
    return Candidate(keys, login_id, None if row is None else row.password_hash)


def proven(tx: WriteTx, candidate: Candidate) -> None:
    """Take back what `begin` counted, since the password was right."""
    attempts.forget(tx, candidate.keys[0])
    attempts.give_back(tx, candidate.keys[1])


def prove_again(tx: WriteTx, candidate: Candidate, session: int) -> None:
    """Note that who is signed in gave their password once more, and it was right."""
    proven(tx, candidate)
    sessions.prove(tx, session)


def finish(
    tx: WriteTx, candidate: Candidate, visitor: Visitor, *, right: bool, rehashed: str | None = None
) -> Opened | SecondStep | Waiting:
    """Go on after the password was checked; `rehashed` is kept where the stored hash was of former costs."""
    if not right or candidate.login is None:
        raise Invalid(WRONG)
    row = logins.by_id(tx, candidate.login)
    if row is None or row.password_hash != candidate.password_hash:
        raise Invalid(WRONG)  # it was changed while it was checked
    proven(tx, candidate)
    if rehashed is not None:
        logins.change(tx, row.id, password_hash=rehashed)
    if row.totp_enabled_at is None or _waits(row) is not None:
        return _enter(tx, row, visitor)
    secret = secrets.token_urlsafe(32)
    one_time_secrets.add(
        tx, secret=secret, purpose=_SECOND_STEP, login_id=row.id, life_seconds=limits.SECOND_STEP_SECONDS
    )
    return SecondStep(secret)


def second_step_of(tx: Tx, secret: str) -> LoginId:
    """Tell whose second step it is."""
    found = one_time_secrets.find(tx, _SECOND_STEP, secret)
    if found is None:
        raise Unauthenticated("Please sign in again")
    return LoginId(found.login_id)


def prove_by_code(
    tx: WriteTx, secret: str, code: str, visitor: Visitor, *, factor: float = 1.0
) -> Opened | Waiting | None:
    """Take the second step with a code of the app or a recovery code; None when it is not right, which is counted."""
    login_id = second_step_of(tx, secret)
    row = logins.by_id(tx, login_id)
    assert row is not None, "a secret goes with its login"
    if not is_code_of(tx, row, code, factor=factor):
        return None
    one_time_secrets.take(tx, _SECOND_STEP, secret)
    return _enter(tx, row, visitor)


def is_code_of(tx: WriteTx, row: Any, code: str, *, factor: float = 1.0) -> bool:
    """Use a code of the app or a recovery code of a login; each is good once, and wrong ones are counted."""
    key = f"codes of {row.id}"
    count = attempts.count(tx, key, window_seconds=limits.SECOND_STEP_WINDOW_SECONDS)
    if count > max(1, round(limits.SECOND_STEP_FAILURES * factor)):
        raise TooMany("Too many wrong codes, please try again later", retry_after_seconds=900)
    step = None
    if row.totp_secret is not None and row.totp_enabled_at is not None:
        step = totp.matching_step(row.totp_secret, code, tx.now, last_step=row.totp_last_step)
    if step is not None:
        right = logins.use_totp_step(tx, row.id, step)
    else:
        kept = recovery.digest(code)
        right = kept is not None and recovery_codes.use(tx, row.id, kept)
    if right:
        attempts.forget(tx, key)
    return right


def by_passkey(
    tx: WriteTx, credential_id: bytes, challenge: bytes, visitor: Visitor, *, before: int, after: int
) -> Opened | Waiting:
    """Sign in with a passkey whose signature was checked. A challenge is good once, and so is a count of the device."""
    key = passkeys.by_credential(tx, credential_id)
    fresh = one_time_secrets.add(
        tx,
        secret=challenge.hex(),
        purpose=_SPENT,
        login_id=None,
        life_seconds=2 * limits.PASSKEY_TIMEOUT_SECONDS,
    )
    if key is None or not fresh or not passkeys.use(tx, key.id, before=before, after=after):
        raise Unauthenticated("This passkey could not be checked")
    row = logins.by_id(tx, key.login_id)
    if row is None:
        raise Unauthenticated("This passkey could not be checked")
    return _enter(tx, row, visitor)


def enter(tx: WriteTx, login_id: LoginId, visitor: Visitor) -> Opened | Waiting:
    """Open a session for who has just proven who they are by joining, or by a link from their mailbox."""
    row = logins.by_id(tx, login_id)
    assert row is not None
    return _enter(tx, row, visitor)


def sign_out(tx: WriteTx, login_id: LoginId, session_id: int) -> None:
    """End a session."""
    sessions.remove(tx, login_id, session_id)


def sessions_of(tx: Tx, secrets_kept: Iterable[str]) -> list[sessions.Session]:
    """Load the sessions of a browser that are still valid."""
    oldest = Millis(tx.now - limits.SESSION_SECONDS * 1_000)
    found = [sessions.by_secret(tx, secret, oldest) for secret in secrets_kept]
    return [each for each in found if each is not None]


def _enter(tx: WriteTx, row: Any, visitor: Visitor) -> Opened | Waiting:
    """Open a session under a new secret, so that nobody can have prepared it; the browser's former one ends."""
    waiting = _waits(row)
    if waiting is not None:
        return waiting
    speaks_for = logins.accounts_of(tx, row.id)
    if not speaks_for:
        raise Forbidden("This login speaks for no account")
    if visitor.session is not None and visitor.login is not None:
        sessions.remove(tx, visitor.login, visitor.session)
    for former in sessions_of(tx, visitor.beside):
        if former.login == row.id:
            sessions.remove(tx, former.login, former.id)
    secret = secrets.token_urlsafe(32)
    sessions.add(
        tx,
        secret=secret,
        csrf_secret=secrets.token_urlsafe(32),
        login_id=row.id,
        account_id=speaks_for[0],
        address=visitor.address,
        user_agent=visitor.user_agent[: limits.USER_AGENT_CHARACTERS],
    )
    return Opened(secret, row.id, speaks_for[0], _is_shut_out(tx, row, speaks_for[0]))


def _is_shut_out(tx: Tx, row: Any, account_id: AccountId) -> bool:
    account = accounts.by_id(tx, account_id)
    return row.disabled_at is not None or (account is not None and account.standing is Standing.SUSPENDED)


def _waits(row: Any) -> Waiting | None:
    if row.confirmed_at is not None and row.approved_at is not None:
        return None
    return Waiting(row.id, row.confirmed_at is not None)


def _count(tx: WriteTx, key: str, most: int, factor: float) -> None:
    if attempts.count(tx, key, window_seconds=limits.SIGN_IN_WINDOW_SECONDS) > max(1, round(most * factor)):
        raise TooMany("Too many attempts to sign in, please try again later", retry_after_seconds=300)
