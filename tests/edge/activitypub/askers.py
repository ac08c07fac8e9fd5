"""Somebody of another server who signs what they ask, in tests of what they are shown: `bob.get(square, path)`."""

from dataclasses import dataclass
from typing import Any

from bema.model.federating import SignatureStyle
from bema.model.ids import AccountId
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import remote_key
from bema.store.tx import WriteTx
from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.claims import sign
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import Request
from tests.client import Response
from tests.conftest import Square
from tests.elsewhere import somebody
from tests.make import HERE

PAIR, ANOTHER = keys.made("rsa"), keys.made("rsa")  # made once: it takes long


@dataclass(frozen=True)
class Asker:
    """Who asks, and the key that they sign with."""

    account: AccountId
    key: SigningKey

    def signed(
        self, method: str, path: str, now: int, body: bytes | None = None, style: SignatureStyle = SignatureStyle.CAVAGE
    ) -> dict[str, str]:
        """Return the headers of a request to the square."""
        request = Request(method=method, scheme="https", host=HERE, target=path, body=body)
        return sign(style, request, self.key, now)

    def get(self, square: Square, path: str, **more: Any) -> Response:
        """Ask for a document."""
        headers = {"accept": "application/activity+json", **self.signed("GET", path, square.app.clock.now(), **more)}
        return square.stranger.get(path, headers=headers)


def asker(database: Database, name: str = "bob", host: str = "other.example", pair: tuple[str, str] = PAIR) -> Asker:
    """Let somebody of another server be known with their key."""
    account = somebody(database, name, host)
    key_id = f"https://{host}/users/{name}#main-key"
    database.write_now(_keep, account, key_id, pair[1], keys.kind_of(keys.public_key(pair[1])))
    return Asker(account, SigningKey(key_id, keys.private_key(pair[0])))


def _keep(tx: WriteTx, account: AccountId, uri: str, pem: str, kind: str) -> None:
    values = {"uri": uri, "account_id": account, "kind": kind, "public_key": pem, "fetched_at": tx.now}
    tx.run(insert(remote_key).values(**values))
