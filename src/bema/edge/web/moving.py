"""Moving between accounts, mostly of different servers: saying who else one is, going there, and coming back."""

import msgspec

from bema.domain import moving_out, people, signing_in
from bema.domain.receiving.brought import Person
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.interacting import HANDLE
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.signing import visitor_of
from bema.model import limits
from bema.model.errors import Invalid, Refusal
from bema.model.federating import RemoteActor
from bema.outside.finding import Finder
from bema.outside.unfetched import Unfetched
from bema.store.removals import Alias
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)
_HERE = "/settings/move"


class Named(msgspec.Struct, frozen=True):
    """Somebody of another server, `name@host`."""

    handle: str = ""


class Going(Named, frozen=True):
    """Where one goes."""

    password: str = ""


class Known(msgspec.Struct, frozen=True):
    """Somebody by their id."""

    uri: str = ""


@routes.get(_HERE, needs=Needs.SESSION)
def shown(call: Call, tx: Tx) -> Page:
    """See who else one is, and where one went."""
    return _shown(tx, call, {}, 200)


def _shown(tx: Tx, call: Call, errors: dict[str, str], status: int) -> Page:
    gone = moving_out.removal(tx, call.actor)
    target = None if gone is None else next(iter(people.by_ids(tx, [gone.to])), None)
    aliases = moving_out.aliases(tx, call.actor)
    more = {"aliases": aliases, "target": target, "gone": gone}
    return page(call, tx, "settings/move.html", status=status, part="account", errors=errors, **more)


@routes.post(f"{_HERE}/aliases", needs=Needs.SESSION, rate="sign_in")
async def add_alias(call: Call, ask: Named) -> Page | Redirect:
    """Say that somebody of another server is the same person."""
    try:
        if (name := _name_here(call, ask.handle)) is not None:
            await call.write(moving_out.alias_within, call.site, call.actor, name)
        else:
            actor, host = await _found(call, ask.handle)
            await call.write(moving_out.add_alias, call.actor, Alias(actor.uri, f"{actor.username}@{host}"))
    except (Unfetched, Refusal):
        return await call.read(
            _shown, call, {"alias": tongue_of(call).gettext("Nobody of this address was found.")}, 422
        )
    return Redirect(_HERE, "saved")


@routes.post(f"{_HERE}/aliases/delete", needs=Needs.SESSION)
def remove_alias(call: Call, tx: WriteTx, ask: Known) -> Redirect:
    """Say no more that somebody is the same person."""
    moving_out.remove_alias(tx, call.actor, ask.uri)
    return Redirect(_HERE, "saved")


@routes.post(_HERE, needs=Needs.SESSION, rate="sign_in")
async def go(call: Call, ask: Going) -> Page | Redirect:
    """Go to another account, with all followers."""
    assert call.session is not None
    speech = tongue_of(call)
    factor = call.parts.settings.rate_limit_factor
    candidate = await call.write(signing_in.begin_again, call.session.login, visitor_of(call), factor=factor)
    if not await call.parts.passwords.verify(candidate.password_hash, ask.password):
        return await call.read(_shown, call, {"password": speech.gettext("This is not your password.")}, 422)
    try:
        if (name := _name_here(call, ask.handle)) is not None:
            await call.write(moving_out.move_within, call.site, call.actor, name)
        else:
            actor, host = await _found(call, ask.handle)
            await call.write(moving_out.move, call.site, call.actor, Person(actor, host))
    except Unfetched:
        return await call.read(_shown, call, {"target": speech.gettext("Nobody of this address was found.")}, 422)
    except Refusal:
        told = speech.gettext(
            "You cannot move there: the other account must name this one as an alias first, and not have moved."
        )
        return await call.read(_shown, call, {"target": told}, 422)
    return Redirect(_HERE, "saved")


@routes.post(f"{_HERE}/stay", needs=Needs.SESSION)
def stay(call: Call, tx: WriteTx) -> Redirect:
    """Be here again."""
    moving_out.stay(tx, call.actor)
    return Redirect(_HERE, "saved")


def _name_here(call: Call, handle: str) -> str | None:
    """Return the name that an address has on this server; None where it is of another."""
    found = HANDLE.fullmatch(handle.strip()[: limits.URL_CHARACTERS])
    return found[1] if found is not None and call.site.is_here(found[2]) else None


async def _found(call: Call, handle: str) -> tuple[RemoteActor, str]:
    """Ask another server afresh who somebody is."""
    found = HANDLE.fullmatch(handle.strip()[: limits.URL_CHARACTERS])
    if found is None:
        raise Invalid
    return await Finder(call.parts.peers).addressed(found[1], found[2])
