"""The hub of one process: who listens to what here, how many may, and how long.

Streams are known by *topics*: `home`, `told` (notifications), `public:local`, `tag:birds`, `list:12`. Under each stand the
accounts that listen, and their connections. Whoever looks up readers may do so on another thread; changes are made on the
event loop alone, and replace what was there.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, NamedTuple, Protocol

import structlog

from bema.edge.streaming.messages import Label, Message
from bema.model import limits
from bema.model.errors import TooMany, Unavailable
from bema.model.ids import AccountId, LoginId

_log = structlog.get_logger("bema.streaming")

HOME, TOLD, DIRECT = "home", "told", "direct"  # topics: of home timelines, notifications and conversations

POLICY_VIOLATION, GOING_AWAY, TRY_AGAIN_LATER = 1008, 1001, 1013  # why a WebSocket is closed, RFC 6455 and IANA


class Wire(Protocol):
    """The way to one client."""

    def send(self, message: Message, label: Label) -> bool: ...
    def beat(self) -> bool: ...
    def close(self, code: int, reason: str) -> None: ...


class Stream(NamedTuple):
    """What somebody listens to: the topics that it is made of, and what they call it."""

    label: Label
    topics: tuple[str, ...]


Key = int  # the id of the token or of the browser session that somebody came with


class Listener:
    """One connection, and whose it is."""

    __slots__ = ("account", "address", "key", "login", "over", "scopes", "slice", "streams", "wire")

    def __init__(
        self,
        *,
        account: AccountId,
        login: LoginId | None,
        key: Key,
        scopes: frozenset[str],
        address: str,
        over: str = "The access token is not valid any more",
    ) -> None:
        self.account, self.login, self.key, self.scopes, self.address = account, login, key, scopes, address
        self.over = over  # what is said when the key is worth nothing any more
        self.wire: Wire | None = None  # none before the connection is open
        self.streams: tuple[Stream, ...] = ()
        self.slice = 0

    def hears(self, stream: Stream) -> Stream | None:
        """Return the stream of the same topics that is listened to already, whatever it is called."""
        return next((each for each in self.streams if each.topics == stream.topics), None)


class Delivery(NamedTuple):
    """A message for those of the accounts who listen to a topic."""

    topic: str
    accounts: Collection[AccountId]
    message: Message


_SLICES = limits.STREAM_BEAT_SECONDS  # at each second it is another slice's turn to be kept alive
Check = Callable[[list[Listener]], Awaitable[None]]
_Way = tuple[Listener, Label]


class Hub:
    """Knows who listens in this process."""

    def __init__(self, factor: float) -> None:
        self._factor = factor  # of limits per person and address
        self._topics: dict[str, dict[AccountId, tuple[_Way, ...]]] = {}
        self._slices: list[set[Listener]] = [set() for _ in range(_SLICES)]
        self._per_key: Counter[Key] = Counter()
        self._per_address: Counter[str] = Counter()
        self._stopping = False
        self.size = 0  # open connections
        self.dropped: Counter[str] = Counter()  # connections that were closed by us, by reason

    # --- Coming and going ---------------------------------------------------------------------------------------------

    def join(self, listener: Listener) -> None:
        """Let somebody in, unless there are too many."""
        if self._stopping or self.size >= limits.STREAMS:
            raise Unavailable("The server cannot keep more streams open")
        if self._per_key[listener.key] >= limits.STREAMS_PER_TOKEN * self._factor:
            raise TooMany("Too many streams are open for this token")
        if self._per_address[listener.address] >= limits.STREAMS_PER_ADDRESS * self._factor:
            raise TooMany("Too many streams are open to this address")
        self._per_key[listener.key] += 1
        self._per_address[listener.address] += 1
        listener.slice = self.size % _SLICES
        self._slices[listener.slice].add(listener)
        self.size += 1

    def leave(self, listener: Listener) -> None:
        """Forget somebody who is gone."""
        if listener not in self._slices[listener.slice]:
            return
        for stream in listener.streams:
            self._forget(listener, stream)
        listener.streams = ()
        self._slices[listener.slice].discard(listener)
        _count_down(self._per_key, listener.key)
        _count_down(self._per_address, listener.address)
        self.size -= 1

    def subscribe(self, listener: Listener, stream: Stream) -> None:
        """Let somebody hear a stream; once is enough."""
        if listener.hears(stream) is not None or listener not in self._slices[listener.slice]:
            return
        listener.streams += (stream,)
        way = (listener, stream.label)
        for topic in stream.topics:
            accounts = self._topics.setdefault(topic, {})
            accounts[listener.account] = (*accounts.get(listener.account, ()), way)

    def unsubscribe(self, listener: Listener, stream: Stream) -> None:
        """Let somebody hear a stream no more."""
        heard = listener.hears(stream)
        if heard is not None:
            listener.streams = tuple(each for each in listener.streams if each is not heard)
            self._forget(listener, heard)

    def _forget(self, listener: Listener, stream: Stream) -> None:
        for topic in stream.topics:
            accounts = self._topics[topic]
            ways = tuple(way for way in accounts[listener.account] if way != (listener, stream.label))
            if ways:
                accounts[listener.account] = ways
                continue
            del accounts[listener.account]
            if not accounts:
                del self._topics[topic]

    # --- Telling ------------------------------------------------------------------------------------------------------

    def readers(self, topic: str) -> list[AccountId]:
        """Return the accounts that listen to a topic."""
        accounts = self._topics.get(topic)
        return [] if accounts is None else list(accounts)

    def topics(self, prefix: str) -> list[str]:
        """Return the topics with this prefix that somebody listens to."""
        return [topic for topic in list(self._topics) if topic.startswith(prefix)]

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Send messages to those whom they are for; who does not keep up is dropped."""
        for topic, accounts, message in deliveries:
            listening = self._topics.get(topic, {})
            for account in accounts:
                for listener, label in listening.get(account, ()):
                    if listener.wire is not None and not listener.wire.send(message, label):
                        self.drop(listener, TRY_AGAIN_LATER, "This client does not read as fast as things happen")

    def drop(self, listener: Listener, code: int, reason: str) -> None:
        """Close a connection for a reason, and forget it at once."""
        self.dropped[reason] += 1
        _log.info("a stream was closed", reason=reason, account=listener.account, address=listener.address)
        self.leave(listener)
        if listener.wire is not None:
            listener.wire.close(code, reason)

    # --- Keeping ------------------------------------------------------------------------------------------------------

    async def keep(self, check: Check) -> None:
        """As long as the process runs: keep connections open, find those that are dead, and close what may be no more.

        `check` closes those of some connections that may not be open any more.
        """
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn += 1
            for listener in tuple(self._slices[turn % _SLICES]):
                if listener.wire is not None and not listener.wire.beat():
                    self.drop(listener, TRY_AGAIN_LATER, "This client does not answer")
            due = [
                listener
                for number, slice_ in enumerate(self._slices)
                if number % limits.STREAM_CHECK_SECONDS == turn % limits.STREAM_CHECK_SECONDS
                for listener in slice_
            ]
            try:
                await check(due)
            except Exception:  # noqa: BLE001 - whatever it was, they are looked at again in a moment
                _log.exception("streams could not be checked")

    def of(self, *, account: Any = None, login: Any = None) -> list[Listener]:
        """Return the connections of an account or a login."""
        return [
            listener
            for slice_ in self._slices
            for listener in slice_
            if (account is not None and listener.account == account) or (login is not None and listener.login == login)
        ]

    def close(self) -> None:
        """Close all connections, as the server stops, and let nobody in any more."""
        self._stopping = True
        for slice_ in self._slices:
            for listener in tuple(slice_):
                self.leave(listener)
                if listener.wire is not None:
                    listener.wire.close(GOING_AWAY, "The server stops")


def _count_down(counts: Counter[Any], key: Any) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
