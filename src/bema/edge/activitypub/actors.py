"""Who speaks here, as other servers read it: the people of this server, and the server itself."""

from typing import Any

from bema.edge.activitypub.documents import document, to_page, wants_page
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.errors import Gone, NotFound
from bema.model.policy import Standing
from bema.model.views import OwnAccount
from bema.store import accounts
from bema.store.tx import Tx
from bema.wire.activitypub import actors

routes = Routes(Surface.FEDERATION)


@routes.get("/actor", answer=dict)
async def own_actor(call: Call) -> Answer:
    """Present the server itself, to anybody: else two servers that demand signatures could never read each other's keys."""
    return document(call, actors.own_actor(call.site, await call.parts.keyring.public_keys(None)))


@routes.get("/actor/outbox", answer=dict)
def own_outbox(call: Call, tx: Tx) -> Answer:
    """Tell that the server itself says nothing in public."""
    said: dict[str, Any] = {"id": f"{call.site.own_actor}/outbox", "type": "OrderedCollection", "totalItems": 0}
    return document(call, {**said, "orderedItems": []})


@routes.get("/users/{acct}", answer=dict)
async def user(call: Call) -> Answer:
    """Present somebody; browsers are sent to the page about them."""
    own = await call.read(_of_path, call.path_values["acct"])
    if wants_page(call):
        return to_page(call, call.site.profile(own.account.username))
    return await _present(call, own)


@routes.get("/@{acct}", answer=dict)
async def profile(call: Call) -> Answer:
    """Present somebody at the address of their page."""
    return await _present(call, await call.read(_of_path, call.path_values["acct"]))


async def _present(call: Call, own: OwnAccount) -> Answer:
    keys = await call.parts.keyring.public_keys(own.account.id)
    if call.parts.settings.authorized_fetch and call.asker is None:
        return document(call, actors.refused_actor(call.site, own.account, keys))
    told = actors.actor(call.site, own.account, keys, attribution_domains=own.attribution_domains)
    return document(call, told)


def _of_path(tx: Tx, acct: str) -> OwnAccount:
    """Load whom the path names: somebody of this server."""
    account = accounts.by_handle(tx, acct, None)
    if account is None or account.standing is Standing.PENDING:
        raise NotFound
    if account.standing is Standing.DELETED:
        raise Gone
    return accounts.own(tx, account.id)
