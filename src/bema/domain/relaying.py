"""Relaying: the operators have public posts exchanged through relays, which know many squares.

A relay is believed nothing: what it brings is at most a hint to look where a post is at home (`receiving/relays`).
"""

from typing import Any

from bema.domain import keeping_out
from bema.model import limits
from bema.model.decisions import Deed, Subject, SubjectKind
from bema.model.errors import Invalid, NotFound
from bema.model.events import StaffActed
from bema.model.federating import Lane, host_of, origin
from bema.model.permissions import Permission, Staff
from bema.model.policy import Visibility
from bema.model.relaying import Form, Relay
from bema.model.site import Site
from bema.model.views import Post
from bema.store import accounts, decisions, deliveries, relays, tasks
from bema.store.deliveries import Words
from bema.store.tx import Tx, WriteTx
from bema.wire.activitypub import activities, context, ids

ASKING = "relays"  # the name under which relays wait to be looked for


def listed(tx: Tx, staff: Staff) -> list[Relay]:
    """Return all relays."""
    staff.needs(Permission.MANAGE_FEDERATION)
    return relays.every(tx, limits.RELAYS)


def add(tx: WriteTx, site: Site, staff: Staff, address: str) -> Relay:
    """Ask a relay to take this server up; it is named by its inbox or its actor."""
    staff.needs(Permission.MANAGE_FEDERATION)
    address = address.strip()
    host = host_of(address)
    if (
        host is None
        or len(address) > limits.URL_CHARACTERS
        or (site.scheme == "https" and not address.startswith("https://"))
    ):
        raise Invalid("Validation failed: The address of a relay is a URL that begins with https://")
    if origin(address) == origin(site.base):
        raise Invalid("Validation failed: Address is this server's own")
    if keeping_out.is_kept_out(tx, site, host):
        raise Invalid("Validation failed: Nothing is exchanged with this server")
    if relays.count(tx) >= limits.RELAYS:
        raise Invalid(f"Validation failed: There can be no more than {limits.RELAYS} relays")
    form = Form.INBOX if address.rstrip("/").endswith("/inbox") else Form.ACTOR
    domain_id = accounts.domain_id(tx, host)
    id_ = relays.add(tx, address, form, domain_id, address if form is Form.INBOX else None)
    if id_ is None:
        raise Invalid("Validation failed: Address has already been taken")
    if form is Form.INBOX:
        say(tx, site, id_, follow(site, id_, context.PUBLIC))
    else:
        tasks.add(tx, ASKING, str(id_), str(id_))
    _note(tx, staff, Deed.ADD_RELAY, host)
    added = relays.one(tx, id_)
    assert added is not None
    return added


def remove(tx: WriteTx, site: Site, staff: Staff, id_: int) -> Relay:
    """Take leave of a relay, and forget it."""
    staff.needs(Permission.MANAGE_FEDERATION)
    relay = relays.one(tx, id_)
    if relay is None:
        raise NotFound("No relay of this address is known here")
    if relay.inbox is not None:
        say(tx, site, id_, activities.undo(follow(site, id_, _whom(tx, relay))))
    relays.remove(tx, id_)
    _note(tx, staff, Deed.REMOVE_RELAY, relay.host)
    return relay


def forms(tx: Tx, post: Post) -> list[Form]:
    """Return how the relays are spoken with that a post goes to: none, unless it is for all and by somebody who is found."""
    if post.visibility is not Visibility.PUBLIC or post.boost_of is not None or post.author.limited:
        return []
    return relays.forms(tx)


def named(tx: Tx, staff: Staff, address: str) -> int:
    """Return the id of the relay with an address."""
    staff.needs(Permission.MANAGE_FEDERATION)
    relay = relays.at(tx, address.strip())
    if relay is None:
        raise NotFound("No relay of this address is known here")
    return relay.id


def follow(site: Site, id_: int, whom: str) -> activities.Activity:
    """Ask for what a relay has, in the name of the server."""
    return {
        "id": ids.act_id(site.own_actor, "relays", id_),
        "type": "Follow",
        "actor": site.own_actor,
        "object": whom,
    }


def say(tx: WriteTx, site: Site, id_: int, activity: dict[str, Any]) -> None:
    """Tell a relay something, in the name of the server."""
    relay = relays.one(tx, id_)
    if relay is None or relay.inbox is None:
        return
    words = Words(body=context.encode(activity).decode(), by=None, lane=Lane.INTERACTIVE, subject=id_)
    deliveries.say_to(tx, words, relay.inbox, relay.domain)


def _whom(tx: Tx, relay: Relay) -> str:
    """Return what a relay was asked for: all that is public, or its actor."""
    actor = None if relay.form is Form.INBOX or relay.actor is None else accounts.by_id(tx, relay.actor)
    return context.PUBLIC if actor is None or actor.uri is None else actor.uri


def _note(tx: WriteTx, staff: Staff, deed: Deed, host: str) -> None:
    tx.emit(StaffActed(act=decisions.add_act(tx, staff, deed, Subject(SubjectKind.DOMAIN, name=host), None)))
