"""Proving again who one is, on a page: before something grave, a browser that was left open does not suffice."""

import msgspec

from bema.domain import securing, signing_in
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, local_path, page, tongue_of
from bema.edge.web.signing import passkey_question, visitor_of
from bema.store.tx import Tx

routes = Routes(Surface.WEB)


class Again(msgspec.Struct, frozen=True):
    """The password, and where to go on."""

    password: str = ""
    back: str = ""


@routes.get("/auth/again", needs=Needs.SESSION)
def ask_again(call: Call, tx: Tx, ask: Again) -> Page:
    """Be asked once more who one is."""
    return _page(tx, call, ask.back)


@routes.post("/auth/again", needs=Needs.SESSION, rate="sign_in")
async def prove_again(call: Call, ask: Again) -> Page | Redirect:
    """Give one's password once more. A passkey is given as at signing in."""
    assert call.session is not None
    factor = call.parts.settings.rate_limit_factor
    candidate = await call.write(signing_in.begin_again, call.session.login, visitor_of(call), factor=factor)
    if not await call.parts.passwords.verify(candidate.password_hash, ask.password):
        error = tongue_of(call).gettext("This is not your password.")
        return await call.read(_page, call, ask.back, error, 422)
    await call.write(signing_in.prove_again, candidate, call.session.id)
    return Redirect(local_path(ask.back, "/settings/security"))


def _page(tx: Tx, call: Call, back: str, error: str | None = None, status: int = 200) -> Page:
    assert call.session is not None
    held = securing.overview(tx, call.session.login)
    return page(
        call,
        tx,
        "again.html",
        status=status,
        error=error,
        back=local_path(back, "/settings/security"),
        email=held.email,
        has_password=held.has_password,
        passkey_options=passkey_question(call) if held.passkeys else None,
        robots="noindex",
    )
