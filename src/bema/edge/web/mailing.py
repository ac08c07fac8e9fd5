"""Posts by e-mail, on pages: asking for them, confirming that, and the way out, which mail programs also go by themselves."""

from typing import Any

import msgspec

from bema.domain import mailing, people
from bema.edge import forgery
from bema.edge.call import Call
from bema.edge.rates import network_of
from bema.edge.routes import Routes, Surface
from bema.edge.web import sayings
from bema.edge.web.pages import Page, page, tongue_of
from bema.edge.web.signing import message
from bema.model.errors import Invalid
from bema.model.views import Account
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


class Asked(msgspec.Struct, frozen=True):
    """Where posts are to go, or what the link of a letter carries."""

    email: str = ""
    token: str = ""


@routes.post("/@{acct}/subscribe", rate="subscribe")
def subscribe(call: Call, tx: WriteTx, ask: Asked) -> Page:
    """Ask for somebody's posts by e-mail; whether an address gets them already is not told."""
    author = people.by_acct(tx, call.site, call.path_values["acct"])
    asker = mailing.Asker(address=ask.email, locale=tongue_of(call).code, network=network_of(call.address))
    say = tongue_of(call).gettext
    try:
        mailing.subscribe(tx, call.site, _key(call), author.id, asker)
    except Invalid as refusal:  # of the address, before anything was done
        error = sayings.field_errors(refusal, tongue_of(call)).get("email")
        return page(
            call, tx, "subscribe.html", status=422, author=author, email=ask.email, error=error, robots="noindex"
        )
    said = say("If the posts of %(name)s do not come to this address yet, we sent it a link. Open it to confirm.")
    return message(tx, call, say("Look into your mail"), said % {"name": _name(call, author)})


@routes.get("/subscriptions/confirm")
def ask_to_confirm(call: Call, tx: Tx, ask: Asked) -> Page:
    """Be shown the button that confirms: programs that open the links in mails press no button."""
    author = mailing.asked_for(tx, call.site, ask.token)
    say = tongue_of(call).gettext
    return _with_button(
        call,
        tx,
        ask.token,
        title=say("One press more"),
        message=say("Public posts of %(name)s will come to you by e-mail.") % {"name": _name(call, author)},
        words=say("I want these posts"),
        action="/subscriptions/confirm",
    )


@routes.post("/subscriptions/confirm", rate="sign_in")
def confirm(call: Call, tx: WriteTx, ask: Asked) -> Page:
    """Confirm that one wants somebody's posts."""
    author = mailing.confirm(tx, call.site, ask.token)
    say = tongue_of(call).gettext
    said = say("The next public posts of %(name)s come to you by e-mail. Every letter has a link that ends it.")
    return message(tx, call, say("It is confirmed"), said % {"name": _name(call, author)})


@routes.get("/unsubscribe")
def ask_to_end(call: Call, tx: Tx, ask: Asked) -> Page:
    """Be shown the button that ends the letters."""
    mailing.check_way_out(_key(call), ask.token)
    say = tongue_of(call).gettext
    return _with_button(
        call,
        tx,
        ask.token,
        title=say("No more letters?"),
        message=say("Press the button to get no more of these posts by e-mail. Your address is forgotten then."),
        words=say("Send me no more"),
        action="/unsubscribe",
    )


@routes.post("/unsubscribe")
def unsubscribe(call: Call, tx: WriteTx, ask: Asked) -> Page:
    """End the letters: whoever has the link may, without a page too (RFC 8058)."""
    mailing.unsubscribe(tx, _key(call), ask.token)
    say = tongue_of(call).gettext
    return message(tx, call, say("It is ended"), say("You get no more of these posts, and your address is forgotten."))


def _with_button(call: Call, tx: Tx, token: str, **words: Any) -> Page:
    csrf = forgery.token_for_visitor(call)
    return page(call, tx, "message.html", csrf=csrf, fields={"token": token}, href=None, robots="noindex", **words)


def _name(call: Call, author: Account) -> str:
    return tongue_of(call).isolated(author.display_name or author.username)


def _key(call: Call) -> bytes:
    return call.parts.settings.secret.encode()
