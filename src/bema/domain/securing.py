"""Securing: what somebody signs in with, and how it is changed; every change is told to their mailbox."""

import secrets
from typing import Any

import msgspec

from bema.domain import joining, letters
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AppId, LoginId, Millis
from bema.model.site import Site
from bema.outside import recovery, totp
from bema.outside.passkeys import Passkey
from bema.store import (
    attempts,
    authorization_codes,
    grants,
    logins,
    one_time_secrets,
    passkeys,
    recovery_codes,
    sessions,
)
from bema.store.tx import Tx, WriteTx

_RESET = "reset_password"


class Key(msgspec.Struct, frozen=True):
    """A passkey, as its owner knows it."""

    id: int
    credential_id: bytes
    name: str
    created_at: Millis
    last_used_at: Millis | None


class Security(msgspec.Struct, frozen=True):
    """What somebody signs in with."""

    email: str
    has_password: bool
    totp: bool
    totp_secret: str | None  # while it is set up
    recovery_left: int
    passkeys: list[Key]


def overview(tx: Tx, login_id: LoginId) -> Security:
    """Load what a login signs in with."""
    row = _login(tx, login_id)
    enabled = row.totp_enabled_at is not None
    return Security(
        email=row.email,
        has_password=row.password_hash is not None,
        totp=enabled,
        totp_secret=None if enabled else row.totp_secret,
        recovery_left=recovery_codes.left(tx, login_id) if enabled else 0,
        passkeys=[
            Key(each.id, each.credential_id, each.name, each.created_at, each.last_used_at)
            for each in passkeys.of_login(tx, login_id)
        ],
    )


# --- Password ---------------------------------------------------------------------------------------------------------


def change_password(
    tx: WriteTx, site: Site, login_id: LoginId, password_hash: str, *, keep_session: int, end_apps: bool = False
) -> None:
    """Set a new password, which ends the other sessions and, where it is wished, what apps may do."""
    row = _login(tx, login_id)
    logins.change(tx, login_id, password_hash=password_hash)
    sessions.remove_others(tx, login_id, keep_session)
    one_time_secrets.forget(tx, login_id)
    if end_apps:
        _end_apps(tx, login_id)
    letters.changed(tx, site, to=letters.To(row.email, row.locale), what=letters.PASSWORD_CHANGED)


def ask_for_reset(tx: WriteTx, site: Site, email: str) -> None:
    """Send the link for a new password. Whether there is such a login is not told, nor when too many were sent."""
    row = logins.by_email(tx, email.strip()[: limits.EMAIL_CHARACTERS])
    if row is None or not letters.may_be_asked_for(tx, row.id):
        return
    secret = secrets.token_urlsafe(32)
    one_time_secrets.forget(tx, row.id, _RESET)
    one_time_secrets.add(
        tx, secret=secret, purpose=_RESET, login_id=row.id, payload=row.email, life_seconds=limits.RESET_SECONDS
    )
    letters.reset_password(tx, site, to=letters.To(row.email, row.locale), secret=secret)


def check_reset(tx: Tx, secret: str) -> None:
    """Refuse a link that is not good, or no more."""
    if one_time_secrets.find(tx, _RESET, secret) is None:
        raise NotFound("This link is too old or was used. Ask for a new one")


def reset(tx: WriteTx, site: Site, secret: str, password_hash: str) -> None:
    """Set a new password by the link in a letter, which ends all sessions and what apps may do.

    Who opened the letter has the mailbox, so the address is confirmed with it.
    """
    taken = one_time_secrets.take(tx, _RESET, secret)
    if taken is None:
        raise NotFound("This link is too old or was used. Ask for a new one")
    login_id = LoginId(taken.login_id)
    attempts.forget(tx, f"password of {login_id}")
    change_password(tx, site, login_id, password_hash, keep_session=0, end_apps=True)
    if _login(tx, login_id).email == taken.payload:
        joining.mark_confirmed(tx, login_id)


# --- Codes from an app ------------------------------------------------------------------------------------------------


def begin_totp(tx: WriteTx, login_id: LoginId) -> str:
    """Make the secret for an authenticator app, which counts for nothing until a code of it came."""
    if _login(tx, login_id).totp_enabled_at is not None:
        raise Invalid("Codes from an app are on")
    secret = totp.new_secret()
    logins.change(tx, login_id, totp_secret=secret, totp_last_step=None)
    return secret


def enable_totp(tx: WriteTx, site: Site, login_id: LoginId, code: str) -> list[str] | None:
    """Turn the second step on with a first code, and return the recovery codes; None when the code is not right."""
    row = _login(tx, login_id)
    if row.totp_enabled_at is not None or row.totp_secret is None:
        raise Invalid("There is nothing to turn on")
    step = totp.matching_step(row.totp_secret, code, tx.now, last_step=row.totp_last_step)
    if step is None or not logins.use_totp_step(tx, login_id, step):
        return None
    logins.change(tx, login_id, totp_enabled_at=tx.now)
    letters.changed(tx, site, to=letters.To(row.email, row.locale), what=letters.CODES_ON)
    return _new_codes(tx, login_id)


def disable_totp(tx: WriteTx, site: Site, login_id: LoginId) -> None:
    """Turn the second step off."""
    row = _login(tx, login_id)
    logins.change(tx, login_id, totp_secret=None, totp_enabled_at=None, totp_last_step=None)
    recovery_codes.replace(tx, login_id, [])
    if row.totp_enabled_at is not None:
        letters.changed(tx, site, to=letters.To(row.email, row.locale), what=letters.CODES_OFF)


def renew_recovery_codes(tx: WriteTx, site: Site, login_id: LoginId) -> list[str]:
    """Make new recovery codes, which voids the former ones."""
    row = _login(tx, login_id)
    if row.totp_enabled_at is None:
        raise Invalid("Recovery codes are for who signs in with codes from an app")
    letters.changed(tx, site, to=letters.To(row.email, row.locale), what=letters.CODES_RENEWED)
    return _new_codes(tx, login_id)


def _new_codes(tx: WriteTx, login_id: LoginId) -> list[str]:
    codes = recovery.new_codes()
    recovery_codes.replace(tx, login_id, [digest for code in codes if (digest := recovery.digest(code))])
    return codes


# --- Passkeys ---------------------------------------------------------------------------------------------------------


def add_passkey(tx: WriteTx, site: Site, login_id: LoginId, passkey: Passkey, name: str) -> None:
    """Let a device speak for a login."""
    row = _login(tx, login_id)
    if len(passkeys.of_login(tx, login_id)) >= limits.PASSKEYS:
        raise Invalid("You have as many passkeys as there can be; remove one first")
    added = passkeys.add(
        tx,
        login_id=login_id,
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        name=name.strip()[: limits.PASSKEY_NAME_CHARACTERS] or "Passkey",
    )
    if not added:
        raise Invalid("This passkey is known already")
    letters.changed(tx, site, to=letters.To(row.email, row.locale), what=letters.PASSKEY_ADDED)


def remove_passkey(tx: WriteTx, site: Site, login_id: LoginId, id_: int) -> None:
    """Take a passkey away; the last one of who has no password stays."""
    row = _login(tx, login_id)
    if row.password_hash is None and len(passkeys.of_login(tx, login_id)) < 2:
        raise Invalid("Set a password first: without this passkey you could not sign in")
    if not passkeys.remove(tx, login_id, id_):
        raise NotFound
    letters.changed(tx, site, to=letters.To(row.email, row.locale), what=letters.PASSKEY_REMOVED)


# --- Sessions and apps ------------------------------------------------------------------------------------------------


def end_session(tx: WriteTx, login_id: LoginId, session_id: int) -> None:
    """End one of one's sessions."""
    if not sessions.remove(tx, login_id, session_id):
        raise NotFound


def remove_app(tx: WriteTx, login_id: LoginId, app_id: AppId) -> None:
    """Let an app act no more."""
    if not grants.revoke_app(tx, login_id, app_id):
        raise NotFound


def _end_apps(tx: WriteTx, login_id: LoginId) -> None:
    grants.revoke_all(tx, login_id)
    authorization_codes.forget(tx, login_id)


def _login(tx: Tx, login_id: LoginId) -> Any:
    row = logins.by_id(tx, login_id)
    if row is None:
        raise NotFound
    return row
