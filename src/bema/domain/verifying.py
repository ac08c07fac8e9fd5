"""Verifying: who signed a request. By the keys that are known here at once; by others, once their owners were found."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Protocol

import msgspec

from bema.domain.keeping_out import is_kept_out
from bema.model import limits
from bema.model.errors import Forbidden, Refusal, Unavailable
from bema.model.federating import host_of, registrable, same_origin
from bema.model.ids import AccountId, Millis
from bema.model.policy import Standing
from bema.model.site import Site
from bema.outside.clock import Clock
from bema.outside.unfetched import Unfetched
from bema.store import remote_keys
from bema.store.database import Database
from bema.store.remote_keys import Key
from bema.store.tx import Tx
from bema.wire.activitypub.reading_keys import keys
from bema.wire.activitypub.reading_shapes import Object, id_of
from bema.wire.activitypub.signatures.keys import Malformed, public_key
from bema.wire.activitypub.signatures.proofs import Proof, proof_of
from bema.wire.activitypub.signatures.requests import Claim, Unsigned


def check_host(tx: Tx, site: Site, claim: Claim) -> None:
    """Refuse what claims to be of a server that is kept out, or of this one: before anything is computed or fetched."""
    host = host_of(claim.key_id)
    if host is None or same_origin(claim.key_id, site.base):
        raise Unsigned("Nobody of this server signs so")
    if is_kept_out(tx, site, host):
        raise Forbidden("Nothing is exchanged with your server")


def sender_of(tx: Tx, site: Site, claim: Claim, *, back: bool = False) -> Key | None:
    """Return the key of whose claim it is. None: nobody is known by it, or another key by now; it must be fetched first.

    A key that was fetched a moment ago is not fetched again: then the claim is refused. `back`: whom their own server
    closed is heard, as they may be open again.
    """
    check_host(tx, site, claim)
    key = remote_keys.named(tx, claim.key_id)
    if key is None or not same_origin(key.uri, key.owner_uri):
        return None
    if key.standing is not Standing.ACTIVE and not (back and key.standing is Standing.SUSPENDED and key.closed):
        raise Forbidden("Nothing is accepted from this account")
    if holds(claim, key.public_key):
        return key
    if key.fetched_at + limits.KEY_FRESH_SECONDS * 1_000 < tx.now:
        return None
    raise refusal()


def author_of(tx: Tx, site: Site, thing: Mapping[str, object]) -> Key | None:
    """Return the key of who says something by a proof inside of it, whoever brought it; None where it has none that holds.

    Only by keys that are known, and only for as long as a signature of a request would be believed.
    """
    proof = proof_of(thing)
    if proof is None or not -limits.SIGNATURE_AHEAD_SECONDS <= _age(tx, proof) <= limits.SIGNATURE_AGE_SECONDS:
        return None
    key = remote_keys.named(tx, proof.key_id)
    if key is None or key.owner_uri != id_of(thing.get("actor")) or not same_origin(key.uri, key.owner_uri):
        return None
    if key.standing is not Standing.ACTIVE or is_kept_out(tx, site, host_of(key.uri) or ""):
        raise Forbidden("Nothing is accepted from this account")
    try:
        return key if proof.holds(public_key(key.public_key)) else None
    except Malformed:
        return None


def _age(tx: Tx, proof: Proof) -> float:
    return (tx.now - proof.created_at) / 1_000


def holds(claim: Claim, pem: str) -> bool:
    """Tell whether a claim is true by a key, as its owner published it."""
    try:
        return claim.holds(public_key(pem))
    except Malformed:
        return False


def refusal() -> Refusal:
    """Say that somebody else signed, or something else was signed."""
    return Unsigned("The signature is not by the key that it names")


class Asker(msgspec.Struct, frozen=True):
    """Who signed a request. `account`: theirs, if anybody here has to do with them."""

    uri: str
    host: str
    account: AccountId | None = None


class Owners(Protocol):
    """Finds the owners of keys: `outside/peers.py` does."""

    async def owner_of_key(self, key_id: str) -> Object:
        """Return the document of whoever owns a key."""
        ...


class Verifier:
    """Tells who asks; a key that is not known is fetched, if it matters, and kept in memory alone: asking leaves no trace."""

    def __init__(self, database: Database, site: Site, owners: Owners, clock: Clock) -> None:
        self._database, self._site, self._owners, self._clock = database, site, owners, clock
        self._fetching: Counter[str] = Counter()  # by registered name
        self._fetched: OrderedDict[str, tuple[Millis, str, list[str]]] = (
            OrderedDict()
        )  # by key: when, its owner, as PEM

    async def known(self, claim: Claim) -> Asker | None:
        """Return whose claim it is; None where only fetching could tell. A claim that does not hold is refused."""
        return await self._database.read(_asker_of, self._site, claim)

    async def asker(self, claim: Claim) -> Asker:
        """Return whose claim it is, whatever that takes; or refuse it."""
        known = await self.known(claim)
        if known is not None:
            return known
        at, uri, pems = self._fetched.get(claim.key_id, (0, "", []))
        now = self._clock.now()
        fresh = now < at + limits.ASKERS_KEY_SECONDS * 1_000
        if not (fresh and any(holds(claim, pem) for pem in pems)):
            if now < at + limits.KEY_FRESH_SECONDS * 1_000:
                raise refusal()
            uri, pems = await self._fetch(claim)
            if not any(holds(claim, pem) for pem in pems):
                raise refusal()
        return Asker(uri, host_of(uri) or "")

    async def _fetch(self, claim: Claim) -> tuple[str, list[str]]:
        # Else whoever names keys that hang would take all connections, and whoever has many names all places.
        name = registrable(host_of(claim.key_id) or "")
        if self._fetching.total() >= limits.ASKERS_AT_ONCE or self._fetching[name] >= limits.ASKERS_AT_ONCE_EACH:
            raise Unavailable
        self._fetching[name] += 1
        try:
            async with asyncio.timeout(limits.PEER_SECONDS):
                found = await self._owners.owner_of_key(claim.key_id)
        except (Unfetched, TimeoutError):
            raise Unsigned("The key of the signature cannot be had") from None
        finally:
            self._fetching -= Counter((name,))  # and forget names of which there is none
        uri = str(found["id"])
        pems = [key.public_key for key in keys(found) if claim.key_id in (key.uri, key.owner)]
        self._fetched[claim.key_id] = (self._clock.now(), uri, pems)
        self._fetched.move_to_end(claim.key_id)
        if len(self._fetched) > limits.ASKERS_KEPT:
            self._fetched.popitem(last=False)
        return uri, pems


def _asker_of(tx: Tx, site: Site, claim: Claim) -> Asker | None:
    key = sender_of(tx, site, claim)
    return None if key is None else Asker(key.owner_uri, host_of(key.owner_uri) or "", key.owner)
