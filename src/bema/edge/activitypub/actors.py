"""Who speaks here, as other servers read it: the people of this server, and the server itself."""

from typing import Any

from bema.domain import recounting
from bema.domain.keyring import KINDS, public_keys
from bema.edge.activitypub.documents import document, to_page, wants_page
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.errors import Gone, NotFound, Unavailable
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Account
from bema.store import accounts
from bema.store.tx import Tx
from bema.wire.activitypub import actors
from bema.wire.activitypub.context import encode

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
    if wants_page(call):
        account = await call.read(_of_path, call.path_values["acct"])
        return to_page(call, call.site.profile(account.username))
    return await _present(call)


@routes.get("/@{acct}", answer=dict)
async def profile(call: Call) -> Answer:
    """Present somebody at the address of their page."""
    return await _present(call)


async def _present(call: Call) -> Answer:
    whole = not call.parts.settings.authorized_fetch or call.asker is not None
    account, written = await call.read(_written, call.site, call.path_values["acct"], whole=whole)
    if written is None:  # nobody asked for it so far: keys are made when they are first needed
        await call.parts.keyring.public_keys(account.id)
        _, written = await call.read(_written, call.site, call.path_values["acct"], whole=whole)
    if written is None:
        raise Unavailable
    return document(call, written)


def _written(tx: Tx, site: Site, acct: str, *, whole: bool) -> tuple[Account, bytes | None]:
    """Write down who the path names, or as much of it as anybody may read; None as long as there are no keys."""
    account = _of_path(tx, acct)

    def write() -> list[bytes]:
        keys = public_keys(tx, account.id)
        if len(keys) < len(KINDS):
            return []
        own = accounts.own(tx, account.id)
        if not whole:
            return [encode(actors.refused_actor(site, own.account, keys))]
        return [encode(recounting.person(tx, site, own, keys))]

    return account, next(iter(tx.once(("actor", account.id, whole), write)), None)


def _of_path(tx: Tx, acct: str) -> Account:
    """Load whom the path names: somebody of this server."""
    account = accounts.by_handle(tx, acct, None)
    if account is None or account.standing is Standing.PENDING:
        raise NotFound
    if account.standing is Standing.DELETED:
        raise Gone
    return account
