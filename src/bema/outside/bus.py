"""The bus of one process: whoever publishes never waits, and whoever listens too slowly is dropped and told why.

Nothing here is remembered: the event log is the truth, and the bus only says that it is worth looking, or carries what
is worthless a minute later (live streams).
"""

import asyncio
import threading
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple, Self

from bema.model import limits


class FellBehind(Exception):  # noqa: N818 -- it says what happened to a listener: nothing went wrong here
    """The subscriber did not keep up; what it has missed is lost to it, and it must begin anew."""


class News(NamedTuple):
    """One message and the topic it came under."""

    topic: str
    message: object


class Bus:
    """Carry messages from any thread to the subscribers of their topics."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[str, set[Subscription]] = {}
        self._closed = False

    def publish(self, topic: str, message: object) -> int:
        """Hand `message` to all who listen to `topic`, from any thread, without waiting; tell how many there are."""
        with self._lock:
            # Handed over under the lock, so that two messages come to all subscribers in the same order.
            subscribers = tuple(self._subscribers.get(topic, ()))  # a copy, as who falls behind leaves
            for subscriber in subscribers:
                subscriber._offer(News(topic, message))
            return len(subscribers)

    def subscribe(self, topics: Iterable[str], *, waiting: int = limits.BUS_WAITING) -> "Subscription":
        """Listen to `topics` from now on, on the running event loop."""
        subscription = Subscription(self, asyncio.get_running_loop(), waiting)
        subscription.listen(topics)
        return subscription

    def has_listeners(self, topic: str) -> bool:
        """Tell whether anybody listens, so that nothing is prepared for nobody."""
        return topic in self._subscribers

    def close(self) -> None:
        """End all subscriptions, as when the server stops; each is still given what waits for it."""
        with self._lock:
            self._closed = True
            everybody = {subscriber for subscribers in self._subscribers.values() for subscriber in subscribers}
            self._subscribers.clear()
            for subscriber in everybody:
                subscriber._end()


class Subscription:
    """The messages that wait for one subscriber; iterate over it, and close it (or use it with `with`)."""

    def __init__(self, bus: Bus, loop: asyncio.AbstractEventLoop, waiting: int) -> None:
        self._bus = bus
        self._loop = loop
        self._room = waiting
        self._waiting: deque[News] = deque()
        self._topics: set[str] = set()
        self._arrived = asyncio.Event()
        self._woken = False  # whether a wake-up is on its way: one is enough for any number of messages
        self._ended = False
        self._fell_behind = False

    def listen(self, topics: Iterable[str]) -> None:
        """Listen to these topics too."""
        with self._bus._lock:
            if self._ended or self._bus._closed:
                self._end()
                return
            for topic in topics:
                self._topics.add(topic)
                self._bus._subscribers.setdefault(topic, set()).add(self)

    def ignore(self, topics: Iterable[str]) -> None:
        """Listen to these topics no more; what came before still waits."""
        with self._bus._lock:
            for topic in topics:
                self._forget(topic)

    def close(self) -> None:
        """Listen no more."""
        with self._bus._lock:
            self._leave()
            self._waiting.clear()
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> News:
        """Wait for the next message; raise `FellBehind` when this subscriber was dropped."""
        while True:
            with self._bus._lock:
                if self._fell_behind:
                    raise FellBehind(f"more than {self._room} messages were waiting")
                if self._waiting:
                    return self._waiting.popleft()
                if self._ended:
                    raise StopAsyncIteration
                self._woken = False
                self._arrived.clear()
            await self._arrived.wait()

    # What follows is called with the lock of the bus held.

    def _offer(self, news: News) -> None:
        if len(self._waiting) >= self._room:
            self._fell_behind = True
            self._waiting.clear()
            self._leave()
        else:
            self._waiting.append(news)
        self._wake()

    def _end(self) -> None:
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._woken:
            return
        self._woken = True
        try:
            self._loop.call_soon_threadsafe(self._arrived.set)
        except RuntimeError:  # its event loop is gone, and the subscriber with it: there is nobody to wake
            self._leave()

    def _leave(self) -> None:
        for topic in tuple(self._topics):
            self._forget(topic)

    def _forget(self, topic: str) -> None:
        self._topics.discard(topic)
        subscribers = self._bus._subscribers.get(topic)
        if subscribers is not None:
            subscribers.discard(self)
            if not subscribers:
                del self._bus._subscribers[topic]
