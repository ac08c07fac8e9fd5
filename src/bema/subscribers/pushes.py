"""Web push: devices of who was told of a fact are rung, each by its push service, with a message that it alone can read."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from bema.domain import notifying
from bema.model import limits
from bema.model.events import Event
from bema.model.ids import AccountId, NotificationId
from bema.model.notifications import Audience, Subscription
from bema.model.site import Site
from bema.model.views import Account, Notification
from bema.outside import sealed
from bema.outside.clock import Clock
from bema.outside.fetch import Fetcher
from bema.outside.unfetched import AddressRefused
from bema.outside.vapid import Signer
from bema.store import follows, notices, pushes, tasks, telling
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import Tx, WriteTx
from bema.subscribers.lanes import Later
from bema.subscribers.notifications import TELLING
from bema.subscribers.runner import Subscriber
from bema.wire import webpush
from bema.wire.html import plain
from bema.wire.mastodon.notifications import WIRE_TYPES

_NAME = "pushes"
Say = Callable[[str, str, str], str]  # (language, type, name) → what happened, in a sentence


class _Errand(msgspec.Struct):
    subscription: int
    account: AccountId
    notification: NotificationId


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Errand).decode


def _told(tx: WriteTx, entry: Entry[Event]) -> None:
    """Ask for the devices to be rung; the projection has told of this fact already, in this transaction or before."""
    if telling.is_untold(tx, entry.position):
        return
    for subscription, account in pushes.told(tx, entry.position):
        errand = _Errand(subscription, account, NotificationId(entry.position))
        tasks.add(tx, _NAME, f"{subscription}-{entry.position}", _encode(errand).decode())


def _start_anew(_tx: WriteTx) -> None:
    """Ring nobody again for what is long over."""


PUSHES = Subscriber(_NAME, dict.fromkeys(TELLING, _told), _start_anew)


# --- Ringing ----------------------------------------------------------------------------------------------------------


class Message(msgspec.Struct, frozen=True):
    """What the device reads, as Mastodon writes it."""

    access_token: str
    preferred_locale: str
    notification_id: int
    notification_type: str
    icon: str
    title: str
    body: str


class _Ring(NamedTuple):
    subscription: Subscription
    locale: str
    told: Notification


class Bell:
    """Rings devices: what is needed to write, encrypt, sign and send."""

    def __init__(
        self, database: Database, clock: Clock, fetcher: Fetcher, site: Site, signer: Signer, secret: bytes, say: Say
    ) -> None:
        self._database, self._clock, self._fetcher, self._site = database, clock, fetcher, site
        self._signer, self._secret, self._say = signer, secret, say

    async def ring(self, body: str) -> None:
        """Ring one device for one notification, unless it is no news by now or nobody wants to hear of it any more."""
        found = await self._database.read(_wanted, _decode(body))
        if found is None:
            return
        device = found.subscription
        message, headers = self._sealed(device, self._written(found))
        try:
            answer = await self._fetcher.fetch(
                device.endpoint,
                method="POST",
                body=message,
                headers=headers,
                max_bytes=limits.PUSH_ANSWER_BYTES,
                cut=True,
                redirects="none",
                seconds=limits.PUSH_SECONDS,
            )
        except AddressRefused:
            await self._database.write(pushes.forget, device.id)
            return
        if answer.status in (404, 410):
            await self._database.write(pushes.forget, device.id)
        elif answer.status in (408, 429) or answer.status >= 500:
            raise Later(min(answer.wait_seconds(self._clock.now()), limits.PUSH_RETRY_SECONDS_MAX))

    def _written(self, found: _Ring) -> Message:
        told = found.told
        type_ = WIRE_TYPES[told.type]
        sender = told.by
        return Message(
            access_token=sealed.opened(self._secret, sealed.PUSHED_TOKEN, found.subscription.sealed_token) or "",
            preferred_locale=found.locale,
            notification_id=told.id,
            notification_type=type_,
            icon=self._icon(sender),
            title=self._say(found.locale, type_, sender.display_name or sender.username),
            body=_shortened(_body(told)),
        )

    def _icon(self, account: Account) -> str:
        if account.avatar is not None:
            return self._site.media(account.avatar.still.key)
        return self._site.static(f"pictures/{account.kind.name.lower()}.png")

    def _sealed(self, device: Subscription, message: Message) -> tuple[bytes, dict[str, str]]:
        """Encrypt a message and write its headers, in the device's encoding."""
        written = _encode(message)
        if len(written) > webpush.MESSAGE_BYTES:
            written = _encode(msgspec.structs.replace(message, body=""))
        token, key = self._signer.token(device.endpoint, self._clock.now()), self._signer.public_key
        headers = {
            "Content-Type": "application/octet-stream",
            "TTL": str(limits.PUSH_TTL_SECONDS),
            "Urgency": "normal",
        }
        if device.standard:
            sent = webpush.encrypt(written, device.public_key, device.auth)
            headers |= {"Content-Encoding": "aes128gcm", "Authorization": f"vapid t={token}, k={key}"}
        else:
            sent = webpush.encrypt_as_draft(written, device.public_key, device.auth)
            headers |= {
                "Content-Encoding": "aesgcm",
                "Encryption": f"salt={webpush.encode(sent.salt)}",
                "Crypto-Key": f"dh={webpush.encode(sent.sender)};p256ecdsa={key}",
                "Authorization": f"WebPush {token}",
            }
        return sent.body, headers


def _wanted(tx: Tx, errand: _Errand) -> _Ring | None:
    living = pushes.living(tx, errand.subscription)
    told = notices.one(tx, errand.account, errand.notification)
    if living is None or told is None or told.created_at < tx.now - limits.PUSH_TRYING_SECONDS * 1_000:
        return None
    subscription, locale = living
    if told.type not in subscription.alerts or not _rings_for(tx, subscription, told):
        return None
    return None if notifying.is_hidden(told, errand.account) else _Ring(subscription, locale, told)


def _rings_for(tx: Tx, subscription: Subscription, told: Notification) -> bool:
    match subscription.audience:
        case Audience.ALL:
            return True
        case Audience.FOLLOWED:
            return follows.exists(tx, subscription.account, told.by.id)
        case Audience.FOLLOWER:
            return follows.exists(tx, told.by.id, subscription.account)
        case Audience.NONE:
            return False


def _body(told: Notification) -> str:
    if told.post is None:
        return plain(told.by.note_html)
    return told.post.warning or plain(told.post.content_html)


def _shortened(text: str) -> str:
    most = limits.PUSH_BODY_CHARACTERS
    return text if len(text) <= most else f"{text[: most - 1]}…"
