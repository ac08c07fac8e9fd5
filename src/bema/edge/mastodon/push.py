"""Web push: the device that rings for what others did, one for each token."""

from typing import Literal

import msgspec

from bema.domain import ringing
from bema.edge.authentication import bearer
from bema.edge.call import Call
from bema.edge.mastodon.notifications import known
from bema.edge.routes import Routes, Surface
from bema.model.errors import Unauthenticated
from bema.model.ids import TokenId
from bema.model.notifications import Audience, Subscription
from bema.outside import sealed, vapid
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.notifications import WIRE_TYPES, WebPushSubscription

routes = Routes(Surface.API)
_PATH = "/api/v1/push/subscription"
Word = Literal["all", "followed", "follower", "none"]
_WORDS: dict[Audience, Word] = {
    Audience.ALL: "all",
    Audience.FOLLOWED: "followed",
    Audience.FOLLOWER: "follower",
    Audience.NONE: "none",
}
_AUDIENCES = {word: audience for audience, word in _WORDS.items()}


class Keys(msgspec.Struct, frozen=True):
    """The device's keys, in base64."""

    p256dh: str = ""
    auth: str = ""


class Device(msgspec.Struct, frozen=True):
    """How the device is reached, as browsers say it."""

    endpoint: str = ""
    keys: Keys = Keys()
    standard: bool = False


class Wishes(msgspec.Struct, frozen=True):
    """What it rings for: types, and whose."""

    alerts: dict[str, bool] = {}
    policy: Word | None = None


class Changed(msgspec.Struct, frozen=True):
    """What it rings for from now on; some say `policy` beside it."""

    data: Wishes = Wishes()
    policy: Word | None = None


class New(Changed, frozen=True):
    """A device, and what it rings for."""

    subscription: Device = Device()


@routes.post(_PATH, scope="push")
def subscribe(call: Call, tx: WriteTx, ask: New) -> WebPushSubscription:
    """Ring a device for what others do, in the place of the one that this token had."""
    settings, device = call.parts.settings, ask.subscription
    subscription = ringing.subscribe(
        tx,
        call.actor,
        _token(call),
        ringing.Device(device.endpoint, device.keys.p256dh, device.keys.auth, device.standard),
        sealed.seal(settings.secret.encode(), sealed.PUSHED_TOKEN, bearer(call) or ""),
        _alerts(ask.data),
        _audience(ask),
        plain_http=settings.federation_private_peers,
    )
    return _rendered(call, subscription)


@routes.get(_PATH, scope="push")
def view(call: Call, tx: Tx) -> WebPushSubscription:
    """View the device of this token."""
    return _rendered(call, ringing.subscription(tx, _token(call)))


@routes.update(_PATH, scope="push")
def change(call: Call, tx: WriteTx, ask: Changed) -> WebPushSubscription:
    """Change what it rings for."""
    return _rendered(call, ringing.change(tx, _token(call), _alerts(ask.data), _audience(ask)))


@routes.delete(_PATH, scope="push")
def unsubscribe(call: Call, tx: WriteTx) -> None:
    """Ring it no more."""
    ringing.unsubscribe(tx, _token(call))


def _token(call: Call) -> TokenId:
    if call.grant is None:
        raise Unauthenticated
    return call.grant.token


def _audience(ask: Changed) -> Audience:
    return _AUDIENCES[ask.data.policy or ask.policy or "all"]


def _alerts(wishes: Wishes) -> tuple[str, ...]:
    return tuple(known(name for name, wanted in wishes.alerts.items() if wanted))


def _rendered(call: Call, held: Subscription) -> WebPushSubscription:
    return WebPushSubscription(
        id=str(held.id),
        endpoint=held.endpoint,
        standard=held.standard,
        alerts={name: type_ in held.alerts for type_, name in WIRE_TYPES.items()},
        policy=_WORDS[held.audience],
        server_key=vapid.public_key(call.parts.settings.secret.encode()),
    )
