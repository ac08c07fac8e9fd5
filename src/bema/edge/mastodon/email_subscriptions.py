"""E-mail subscriptions: whoever has no account here can have somebody's public posts as letters."""

import msgspec

from bema.domain import mailing
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.rates import network_of
from bema.edge.routes import Routes, Surface
from bema.store.tx import WriteTx
from bema.wire.tongues import chosen

routes = Routes(Surface.API)


class Subscriber(msgspec.Struct, frozen=True):
    """Where the letters are to go."""

    email: str = ""


@routes.post("/api/v1/accounts/{id}/email_subscriptions", rate="subscribe", answer=dict)
def subscribe(call: Call, tx: WriteTx, ask: Subscriber) -> Json:
    """Ask for an account's posts by e-mail: a letter goes to the address, by which whoever has it confirms that.

    Where accounts have `email_subscriptions` true. The answer is the same for an address that gets them already.
    """
    asker = mailing.Asker(
        address=ask.email,
        locale=chosen(accept=call.header(b"accept-language")).code,
        network=network_of(call.address),
    )
    mailing.subscribe(tx, call.site, call.parts.settings.secret.encode(), call.path_id(), asker)
    return Json({})
