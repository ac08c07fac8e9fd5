"""Coming in, on pages: signing in, joining, lost passwords. The domain decides what is proven; here cookies are set."""

from urllib.parse import urlsplit

import msgspec

from bema.domain import joining, securing, signing_in
from bema.domain.signing_in import Opened, SecondStep, Visitor, Waiting
from bema.edge import forgery
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.browsing_as import beside, make_room
from bema.edge.call import Call
from bema.edge.rates import network_of
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.turning_away import count_if_kept_out
from bema.edge.web import policies, sayings
from bema.edge.web.pages import Page, Redirect, local_path, page, reader, tongue_of
from bema.model import limits
from bema.model.errors import Refusal, Unauthenticated
from bema.model.site import Site
from bema.outside import passkeys as devices
from bema.outside.passkeys import Passkey, RelyingParty
from bema.store import passkeys
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_STEP_COOKIE = "bema_step"
_SIGN_IN = "sign in"  # what a challenge is made for
_NOT_KNOWN = "This passkey is not known here"

# --- Signing in -------------------------------------------------------------------------------------------------------


class Proof(msgspec.Struct, frozen=True):
    """What somebody proves who they are with: name and password, a code, or a passkey's answer."""

    email: str = ""
    password: str = ""
    passkey: str = ""
    code: str = ""
    back: str = ""
    add: bool = False  # whoever is signed in stays so, beside the one who comes in


@routes.get("/auth/sign_in")
def sign_in(call: Call, tx: Tx, ask: Proof) -> Page:
    """Be asked who one is; who is signed in already can become somebody else."""
    return _sign_in_page(tx, call, Proof(back=ask.back, add=ask.add))


@routes.post("/auth/sign_in", rate="sign_in")
async def prove(call: Call, ask: Proof) -> Page | Redirect:
    """Sign in with a password or a passkey."""
    try:
        entered = await (_by_passkey(call, ask) if ask.passkey else _by_password(call, ask))
    except Refusal as refusal:
        return await call.read(_sign_in_page, call, ask, refusal)
    if isinstance(entered, Waiting) and not entered.confirmed:
        await call.write(_send_again, call, entered)
    return await call.read(welcome, call, entered, back=ask.back, add=ask.add)


async def _by_password(call: Call, ask: Proof) -> Opened | SecondStep | Waiting:
    passwords, who = call.parts.passwords, visitor_of(call, beside_another=ask.add)
    candidate = await call.write(signing_in.begin, ask.email, who, factor=call.parts.settings.rate_limit_factor)
    stored = candidate.password_hash
    right = await passwords.verify(stored, ask.password)
    rehashed = await passwords.hash(ask.password) if right and stored and passwords.needs_rehash(stored) else None
    return await call.write(signing_in.finish, candidate, who, right=right, rehashed=rehashed)


async def _by_passkey(call: Call, ask: Proof) -> Opened | Waiting:
    challenge = devices.challenge_in(ask.passkey, _key(call), _SIGN_IN, call.parts.clock.now())
    credential_id = devices.answered_by(ask.passkey)
    row = await call.read(passkeys.by_credential, credential_id)
    if row is None:
        raise Unauthenticated(_NOT_KNOWN)
    known = Passkey(credential_id=row.credential_id, public_key=row.public_key, sign_count=row.sign_count)
    after = devices.sign_in(party_of(call.site), challenge, ask.passkey, known)
    return await call.write(
        signing_in.by_passkey,
        credential_id,
        challenge,
        visitor_of(call, beside_another=ask.add),
        before=row.sign_count,
        after=after,
    )


def _send_again(tx: WriteTx, call: Call, waiting: Waiting) -> None:
    joining.ask_again(tx, call.site, waiting.login)


def _sign_in_page(tx: Tx, call: Call, ask: Proof, refusal: Refusal | None = None) -> Page:
    back = local_path(ask.back, "/home")
    context = {
        "csrf": forgery.token_for_visitor(call),
        "values": {"email": ask.email},
        "error": None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
        "back": back,
        "add": ask.add,
        "others": bool(beside(call)),
        "passkey_options": passkey_question(call),
        "robots": "noindex",
    }
    status = 200 if refusal is None else refusal.status
    return Page("sign_in.html", context, reader(call, tx), status, leads_elsewhere=_ends_at_an_app(back))


# --- The second step --------------------------------------------------------------------------------------------------


@routes.get("/auth/second_factor")
def second_step_again(call: Call, tx: Tx, ask: Proof) -> Page | Redirect:
    """Be asked for the second proof, after the page was loaded anew."""
    try:
        signing_in.second_step_of(tx, call.cookie(_STEP_COOKIE) or "")
    except Unauthenticated:
        return Redirect("/auth/sign_in")
    return _step_page(tx, call, ask)


@routes.post("/auth/second_factor", rate="sign_in")
async def second_step(call: Call, ask: Proof) -> Page | Redirect:
    """Give the second proof: a code, or a passkey instead of all."""
    factor, secret = call.parts.settings.rate_limit_factor, call.cookie(_STEP_COOKIE) or ""
    try:
        await call.read(signing_in.second_step_of, secret)
    except Unauthenticated:
        return Redirect("/auth/sign_in")
    entered: Opened | Waiting | None
    try:
        if ask.passkey:
            entered = await _by_passkey(call, ask)
        else:
            entered = await call.write(
                signing_in.prove_by_code, secret, ask.code, visitor_of(call, beside_another=ask.add), factor=factor
            )
    except Refusal as refusal:
        error = sayings.of_refusal(refusal, tongue_of(call))
        return await call.read(_step_page, call, ask, error, refusal.status)
    if entered is None:
        error = tongue_of(call).gettext("This code is not right, or it was used. Wait for the next one.")
        return await call.read(_step_page, call, ask, error, 422)
    return await call.read(welcome, call, entered, back=ask.back, add=ask.add)


def _step_page(tx: Tx, call: Call, ask: Proof, error: str | None = None, status: int = 200) -> Page:
    back = local_path(ask.back, "/home")
    context = {
        "csrf": forgery.token_for_visitor(call),
        "error": error,
        "back": back,
        "add": ask.add,
        "passkey_options": passkey_question(call),
        "robots": "noindex",
    }
    return Page("second_factor.html", context, reader(call, tx), status, leads_elsewhere=_ends_at_an_app(back))


# --- Signing out ------------------------------------------------------------------------------------------------------


@routes.post("/auth/sign_out", needs=Needs.SESSION, confined=True)
def sign_out(call: Call, tx: WriteTx) -> Redirect:
    """End the session."""
    assert call.session is not None
    signing_in.sign_out(tx, call.session.login, call.session.id)
    call.set_cookie(SESSION_COOKIE, "", seconds=0)
    return Redirect("/accounts" if beside(call) else "/", flash="signed_out")


# --- Joining ----------------------------------------------------------------------------------------------------------


class Filled(msgspec.Struct, frozen=True):
    """What somebody fills in to join."""

    username: str = ""
    email: str = ""
    password: str = ""
    reason: str = ""
    invite: str = ""
    agreement: bool = False


@routes.get("/auth/sign_up")
def sign_up(call: Call, tx: Tx, ask: Filled) -> Page | Redirect:
    """Be asked who wants to join."""
    return Redirect("/home") if call.session is not None else _sign_up_page(tx, call, ask)


@routes.post("/auth/sign_up", rate="sign_up")
async def join(call: Call, ask: Filled) -> Page | Redirect:
    """Join."""
    settings, who = call.parts.settings, visitor_of(call)
    door = joining.Door(registration=settings.registration, email_confirmation=settings.email_confirmation)
    applicant = joining.Applicant(
        username=ask.username.strip().removeprefix("@"),
        email=ask.email.strip(),
        password_hash=None,
        locale=tongue_of(call).code,
        reason=ask.reason,
        address=call.address,
    )

    def come_in(tx: WriteTx, hashed: str) -> Opened | Waiting:
        ready = msgspec.structs.replace(applicant, password_hash=hashed)
        invitation = ask.invite.strip()[: limits.INVITE_CHARACTERS]
        joined = joining.sign_up(tx, call.site, door, ready, invitation=invitation)
        return signing_in.enter(tx, joined.login, who)

    try:
        joining.check_door(door)
        joining.check(applicant, agreed=ask.agreement, password=ask.password)
        await count_if_kept_out(call, applicant.email)
        entered = await call.write(come_in, await call.parts.passwords.hash(ask.password))
    except Refusal as refusal:
        return await call.read(_sign_up_page, call, ask, refusal)
    return await call.read(welcome, call, entered)


def _sign_up_page(tx: Tx, call: Call, ask: Filled, refusal: Refusal | None = None) -> Page:
    settings, speech = call.parts.settings, tongue_of(call)
    errors = {} if refusal is None else sayings.field_errors(refusal, speech)
    if "invite_code" in errors:
        errors["invite"] = errors["invite_code"]
    return page(
        call,
        tx,
        "sign_up.html",
        status=200 if refusal is None else refusal.status,
        csrf=forgery.token_for_visitor(call),
        values={"username": ask.username, "email": ask.email, "reason": ask.reason, "invite": ask.invite},
        errors=errors,
        error=sayings.of_refusal(refusal, speech) if refusal is not None and not errors else None,
        rules=policies.rules(call, tx),
        closed=settings.registration == "closed",
    )


class Link(msgspec.Struct, frozen=True):
    """What a link in a letter carries, where one is to go, and the password that it sets."""

    token: str = ""
    email: str = ""
    password: str = ""


@routes.get("/auth/confirm")
def ask_to_confirm(call: Call, tx: Tx, ask: Link) -> Page:
    """Be shown the button that confirms an address: programs that open the links in mails press no button."""
    joining.check_confirmation(tx, ask.token)
    say = tongue_of(call).gettext
    return page(
        call,
        tx,
        "message.html",
        csrf=forgery.token_for_visitor(call),
        title=say("One press more"),
        message=say("Your address is right. Press the button to come in."),
        words=say("Confirm my address"),
        action="/auth/confirm",
        fields={"token": ask.token},
        href=None,
        robots="noindex",
    )


@routes.post("/auth/confirm", rate="sign_in")
def confirm(call: Call, tx: WriteTx, ask: Link) -> Redirect:
    """Confirm an address; who has the mailbox then signs in with the password chosen."""
    joining.confirm(tx, ask.token)
    return Redirect("/auth/sign_in", flash="confirmed")


# --- Lost passwords ---------------------------------------------------------------------------------------------------


@routes.get("/auth/forgot")
def forgot(call: Call, tx: Tx) -> Page:
    """Be asked where the link for a new password is to go."""
    return page(call, tx, "forgot.html", csrf=forgery.token_for_visitor(call), values={"email": ""}, error=None)


@routes.post("/auth/forgot", rate="sign_in")
def send_reset(call: Call, tx: WriteTx, ask: Link) -> Page:
    """Send the link for a new password; whether there is such a member is not told."""
    securing.ask_for_reset(tx, call.site, ask.email)
    say = tongue_of(call).gettext
    said = say("If a member of the square has this address, a link is on its way to it. It is good for an hour.")
    return message(tx, call, say("Look into your mail"), said)


@routes.get("/auth/reset")
def ask_for_password(call: Call, tx: Tx, ask: Link) -> Page:
    """Be asked for a new password."""
    securing.check_reset(tx, ask.token)
    return _reset_page(tx, call, ask.token)


@routes.post("/auth/reset", rate="sign_in")
async def reset(call: Call, ask: Link) -> Page | Redirect:
    """Set a new password."""
    await call.read(securing.check_reset, ask.token)
    try:
        hashed = await call.parts.passwords.hash(ask.password)
    except Refusal as refusal:
        return await call.read(_reset_page, call, ask.token, refusal)
    await call.write(securing.reset, call.site, ask.token, hashed)
    return Redirect("/auth/sign_in", flash="password")


def _reset_page(tx: Tx, call: Call, token: str, refusal: Refusal | None = None) -> Page:
    speech = tongue_of(call)
    errors = {} if refusal is None else sayings.field_errors(refusal, speech)
    return page(
        call,
        tx,
        "reset.html",
        status=200 if refusal is None else refusal.status,
        csrf=forgery.token_for_visitor(call),
        token=token,
        errors=errors,
        error=sayings.of_refusal(refusal, speech) if refusal is not None and not errors else None,
        robots="noindex",
    )


# --- What pages about coming in share ---------------------------------------------------------------------------------


def welcome(
    tx: Tx,
    call: Call,
    entered: Opened | SecondStep | Waiting,
    *,
    back: str = "",
    flash: str | None = None,
    add: bool = False,
) -> Page | Redirect:
    """Go on after a proof: to where one wanted to go, to the second step, or to what is missing yet."""
    say = tongue_of(call).gettext
    match entered:
        case Opened(secret, confined=confined):
            if add:
                make_room(call)
            call.set_cookie(SESSION_COOKIE, secret, seconds=limits.SESSION_SECONDS)
            call.set_cookie(_STEP_COOKIE, "", seconds=0)
            return Redirect("/settings/standing" if confined else local_path(back, "/home"), flash)
        case SecondStep(secret):
            call.set_cookie(_STEP_COOKIE, secret, seconds=limits.SECOND_STEP_SECONDS)
            return _step_page(tx, call, Proof(back=back, add=add))
        case Waiting(confirmed=True):
            said = say("Somebody reads every request. You will get a mail.")
            return message(tx, call, say("Your request is being read"), said)
        case Waiting():
            said = say("We sent a link to your address. Open it to confirm that the address is yours.")
            return message(tx, call, say("Look into your mail"), said)


def visitor_of(call: Call, *, beside_another: bool = False) -> Visitor:
    """Say from where somebody comes in, and which session a new one takes the place of: none where it is to be beside it."""
    session = None if beside_another else call.session
    current = call.cookie(SESSION_COOKIE) if beside_another else None
    return Visitor(
        call.address,
        network_of(call.address),
        call.header(b"user-agent"),
        None if session is None else session.login,
        None if session is None else session.id,
        (*beside(call), *((current,) if current else ())),
    )


def party_of(site: Site) -> RelyingParty:
    """Say who we are to a passkey."""
    return RelyingParty(id=urlsplit(site.base).hostname or site.domain, name=site.title, origin=site.base)


def message(tx: Tx, call: Call, title: str, said: str) -> Page:
    """Tell somebody what comes next."""
    return page(call, tx, "message.html", title=title, message=said, href=None, words=None, robots="noindex")


def passkey_question(call: Call) -> str:
    challenge = devices.new_challenge(_key(call), _SIGN_IN, call.parts.clock.now())
    return devices.ask_to_sign_in(party_of(call.site), challenge=challenge).options


def _key(call: Call) -> bytes:
    return call.parts.settings.secret.encode()


def _ends_at_an_app(back: str) -> bool:
    """Tell whether signing in may lead to an app's own address, which browsers count as where the form goes."""
    return back.startswith("/oauth/authorize")
