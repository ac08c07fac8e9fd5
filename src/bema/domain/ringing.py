"""Ringing: which device is rung for what, one for each app that somebody is signed in with."""

from urllib.parse import urlsplit

import msgspec

from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, TokenId
from bema.model.notifications import Audience, Subscription
from bema.store import pushes
from bema.store.tx import Tx, WriteTx
from bema.wire import webpush


class Device(msgspec.Struct, frozen=True):
    """How a device is reached, as it says itself; keys in base64."""

    endpoint: str
    public_key: str
    auth: str
    standard: bool


def subscribe(
    tx: WriteTx,
    actor: AccountId,
    token: TokenId,
    device: Device,
    sealed_token: bytes,
    alerts: tuple[str, ...],
    audience: Audience,
    *,
    plain_http: bool = False,
) -> Subscription:
    """Ring a device from now on, in the place of the one that the token had."""
    public_key, auth = webpush.decode(device.public_key), webpush.decode(device.auth)
    if not _may_be_rung(device.endpoint, plain_http=plain_http):
        raise Invalid("Validation failed: Endpoint must be an address that begins with https://")
    if public_key is None or not webpush.is_public_key(public_key):
        raise Invalid("Validation failed: Key p256dh is not a key")
    if auth is None or len(auth) != limits.PUSH_AUTH_BYTES:
        raise Invalid("Validation failed: Key auth is not a key")
    pushes.put(
        tx,
        token,
        actor,
        endpoint=device.endpoint,
        public_key=public_key,
        auth=auth,
        standard=device.standard,
        sealed_token=sealed_token,
        alerts=alerts,
        audience=audience,
    )
    return subscription(tx, token)


def subscription(tx: Tx, token: TokenId) -> Subscription:
    """Return the device of a token."""
    found = pushes.of_token(tx, token)
    if found is None:
        raise NotFound
    return found


def change(tx: WriteTx, token: TokenId, alerts: tuple[str, ...], audience: Audience) -> Subscription:
    """Ring the token's device for other things."""
    if not pushes.change(tx, token, alerts, audience):
        raise NotFound
    return subscription(tx, token)


def unsubscribe(tx: WriteTx, token: TokenId) -> None:
    """Ring the token's device no more."""
    pushes.remove(tx, token)


def _may_be_rung(endpoint: str, *, plain_http: bool) -> bool:
    if len(endpoint) > limits.PUSH_ENDPOINT_CHARACTERS or not endpoint.isascii() or not endpoint.isprintable():
        return False
    try:
        url = urlsplit(endpoint)
        host, _port = url.hostname, url.port
    except ValueError:
        return False
    secure = url.scheme == "https" or (plain_http and url.scheme == "http")
    return secure and bool(host) and url.username is None and " " not in endpoint
