"""The keyring: with what the people of this server, and the server itself, sign; a key is made when it is first needed.

Private keys are stored sealed. Parsed ones are kept while they are used: opening and reading one costs more than a
signature does.
"""

import asyncio
from collections import OrderedDict

from bema.model import limits
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.outside import sealed
from bema.store import accounts, signing_keys
from bema.store.database import Database
from bema.store.tx import Tx, WriteTx
from bema.wire.activitypub.actors import key_id
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.keys import Kind, SigningKey

KINDS: tuple[Kind, ...] = ("rsa", "ed25519")


class Keyring:
    """Gives the keys of accounts, and (for None) of the server."""

    def __init__(self, database: Database, site: Site, secret: bytes) -> None:
        self._database = database
        self._site = site
        self._secret = secret
        self._kept: OrderedDict[tuple[AccountId | None, Kind], SigningKey] = OrderedDict()
        self._making = asyncio.Lock()  # one at a time: strangers who ask for all profiles take no more than a core

    async def public_keys(self, account: AccountId | None) -> dict[str, str]:
        """Return the public keys by their kinds, as PEM; they are made where there are none."""
        found = await self._database.read(public_keys, account)
        if len(found) < len(KINDS):
            await self._make(account)
            found = await self._database.read(public_keys, account)
        return found

    async def signing_key(self, account: AccountId | None, kind: Kind = "rsa") -> SigningKey:
        """Return the key with which an account signs."""
        kept = self._kept.get((account, kind))
        if kept is None:
            found = await self._database.read(_stored, self._site, self._secret, account)
            if kind not in found:
                await self._make(account)
                found = await self._database.read(_stored, self._site, self._secret, account)
            key_id, pem = found[kind]
            kept = SigningKey(key_id, keys.private_key(pem))
        self._kept[account, kind] = kept
        self._kept.move_to_end((account, kind))
        if len(self._kept) > limits.SIGNING_KEYS_KEPT:
            self._kept.popitem(last=False)
        return kept

    async def _make(self, account: AccountId | None) -> None:
        async with self._making:
            if len(await self._database.read(_stored, self._site, self._secret, account)) == len(KINDS):
                return
            fresh = {kind: await asyncio.to_thread(keys.made, kind) for kind in KINDS}
            await self._database.write(_keep, self._secret, account, fresh)


def public_keys(tx: Tx, account: AccountId | None) -> dict[str, str]:
    """Return the public keys of an account by their kinds, as PEM, as far as they were made."""
    return {kind: row.public_key for kind, row in signing_keys.of(tx, account).items()}


def _stored(tx: Tx, site: Site, secret: bytes, account: AccountId | None) -> dict[str, tuple[str, str]]:
    """Return the ids and private keys that can be opened; with another secret than before, none can."""
    actor = site.own_actor
    if account is not None:
        owner = accounts.by_id(tx, account)
        if owner is None or owner.domain is not None:
            raise LookupError(f"account {account} is none of this server: it signs nothing")
        actor = site.actor(owner.username)
    return {
        kind: (key_id(actor, kind), pem)
        for kind, row in signing_keys.of(tx, account).items()
        if (pem := sealed.opened(secret, sealed.SIGNING_KEY, row.private_key)) is not None
    }


def _keep(tx: WriteTx, secret: bytes, account: AccountId | None, fresh: dict[Kind, tuple[str, str]]) -> None:
    there = signing_keys.of(tx, account)
    for kind, (private, public) in fresh.items():
        row = there.get(kind)
        closed = sealed.seal(secret, sealed.SIGNING_KEY, private)
        if row is None:
            signing_keys.add(tx, account, kind, closed, public)
        elif sealed.opened(secret, sealed.SIGNING_KEY, row.private_key) is None:
            signing_keys.replace(tx, row.id, closed, public)
