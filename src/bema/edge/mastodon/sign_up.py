"""Joining from a client: an app brings somebody in, who then confirms their address."""

import msgspec

from bema.domain import authorising, joining
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.turning_away import count_if_kept_out
from bema.model.errors import Forbidden
from bema.store import logins
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.oauth import Token

routes = Routes(Surface.API)


class NewAccount(msgspec.Struct, frozen=True):
    """What somebody fills in to join."""

    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = ""
    reason: str = ""
    invite_code: str = ""


class Confirmation(msgspec.Struct, frozen=True):
    """Where the letter is to go, if not to the address given before."""

    email: str | None = None


@routes.post("/api/v1/accounts", scope="write:accounts", needs=Needs.APP, rate="sign_up", answer=Token)
async def join(call: Call, ask: NewAccount) -> Token:
    """Create an account, and get a token for it that works once the address is confirmed."""
    grant = call.grant
    assert grant is not None
    if grant.account is not None:
        raise Forbidden("This method requires an client credentials authentication")
    settings = call.parts.settings
    door = joining.Door(registration=settings.registration, email_confirmation=settings.email_confirmation)
    joining.check_door(door)
    applicant = joining.Applicant(
        username=ask.username,
        email=ask.email.strip(),
        password_hash=None,
        locale=_locale(ask.locale, settings.languages[0]),
        reason=ask.reason,
        address=call.address,
        app=grant.app,
    )
    joining.check(applicant, agreed=ask.agreement, password=ask.password)
    await count_if_kept_out(call, applicant.email)
    hashed = await call.parts.passwords.hash(ask.password)

    def come_in(tx: WriteTx) -> Token:
        joined = joining.sign_up(
            tx,
            call.site,
            door,
            msgspec.structs.replace(applicant, password_hash=hashed),
            invitation=ask.invite_code.strip(),
        )
        issued = authorising.token_for(tx, grant.app, joined.login, joined.account, " ".join(sorted(grant.scopes)))
        return Token(access_token=issued.secret, scope=issued.scopes, created_at=tx.now // 1_000)

    return await call.write(come_in)


@routes.post("/api/v1/emails/confirmations", scope="write:accounts", unconfirmed=True, rate="sign_up", answer=dict)
def confirm_again(call: Call, tx: WriteTx, ask: Confirmation) -> Json:
    """Send the letter that confirms an address again."""
    assert call.grant is not None
    assert call.grant.login is not None
    joining.ask_again(tx, call.site, call.grant.login, ask.email or None)
    return Json({})


@routes.get("/api/v1/emails/check_confirmation", scope="read:accounts", unconfirmed=True)
def is_confirmed(call: Call, tx: Tx) -> bool:
    """Tell whether the address was confirmed."""
    assert call.grant is not None
    row = logins.by_id(tx, call.grant.login) if call.grant.login is not None else None
    return row is not None and row.confirmed_at is not None


def _locale(wish: str, default: str) -> str:
    """Take the language of a client as it is written in catalogues; what is none is the server's first."""
    language = wish.partition("-")[0].partition("_")[0].lower()
    return language if 2 <= len(language) <= 3 and language.isascii() and language.isalpha() else default
