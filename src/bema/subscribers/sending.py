"""Sending: brings what waits to other servers, many at a time and each at its own pace, so that a stuck one delays nobody.

A scheduler of its own rather than a lane of tasks: servers take turns, each is held by one process at a time, and those
that did not take what they were given last never have more than half of the places.
"""

import asyncio
import random
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import structlog

from bema.domain import delivering, recounting
from bema.domain.delivering import Answer, Brought, Load
from bema.model import limits
from bema.model.federating import origin
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.outside.clock import Clock
from bema.outside.peers import Peers
from bema.outside.unfetched import Unfetched
from bema.store import accounts
from bema.store.database import Database
from bema.store.deliveries import Said, Waiting
from bema.store.peers import Held
from bema.store.tx import Tx
from bema.subscribers.lanes import comes
from bema.wire.activitypub import ids

Send = Callable[[str, Said], Awaitable[Answer]]  # (inbox, what is said)


def through(peers: Peers, database: Database, site: Site, clock: Clock) -> Send:
    """Return what brings something to an inbox: signed now, as a signature is soon too old."""
    followers = _Followers(database, site, clock)

    async def send(inbox: str, said: Said) -> Answer:
        try:
            headers = await followers.told(said.by, inbox) if said.followers_only and said.by is not None else {}
            answer = await peers.deliver(inbox, await peers.proven(said.body, said.by), said.by, headers=headers)
        except Unfetched as error:
            return Answer(error=str(error), lasting=error.lasting)
        if answer.ok:
            return Answer(answer.status)
        return Answer(
            answer.status,
            answer.wait_seconds(clock.now()),
            answer.body[: limits.PEER_ERROR_CHARACTERS].decode(errors="replace"),
        )

    return send


_log = structlog.get_logger("bema.sending")


class _Followers:
    """Sums up the followers of an account on each server, so that those can compare theirs (FEP-8fcf)."""

    def __init__(self, database: Database, site: Site, clock: Clock) -> None:
        self._database, self._site, self._clock = database, site, clock
        self._kept: OrderedDict[tuple[AccountId, int], tuple[str, dict[str, str]]] = OrderedDict()

    async def told(self, account: AccountId, inbox: str) -> Mapping[str, str]:
        """Return the header for a server; none where nobody there follows, or too many follow to be compared."""
        key = (account, self._clock.now() // 60_000)  # as old as a minute, at most
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = await self._database.read(_followers, self._site, account)
            if len(self._kept) > limits.DELIVERY_DIGESTS_KEPT:
                self._kept.popitem(last=False)
        actor, digests = found
        digest = digests.get(origin(inbox) or "")
        if digest is None:
            return {}
        collection, url = ids.followers_id(actor), ids.synchronization_id(actor)
        return {"Collection-Synchronization": f'collectionId="{collection}", url="{url}", digest="{digest}"'}


def _followers(tx: Tx, site: Site, id_: AccountId) -> tuple[str, dict[str, str]]:
    account = accounts.by_id(tx, id_)
    return ("", {}) if account is None else (ids.actor_id(site, account), recounting.digests(tx, id_))


class Sender:
    """Delivers what waits in one database as long as the server runs; several may run, and share the servers."""

    def __init__(
        self, database: Database, send: Send, clock: Clock, *, jitter: delivering.Jitter = random.random
    ) -> None:
        self._database, self._send, self._clock, self._jitter = database, send, clock, jitter
        self._news = asyncio.Event()
        self._concluding = asyncio.Event()
        self._stopping = False
        self._serving: dict[asyncio.Task[None], bool] = {}  # whether it is for a proven server
        self._done: list[tuple[Held, list[Brought]]] = []
        self._running: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Begin to deliver, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        await self._database.write_behind(delivering.take_over, self._database.forsaken_slots())
        self._running = [asyncio.create_task(each) for each in (self._work(), self._conclude_on(), self._tidy_on())]

    async def stop(self) -> None:
        """Begin nothing more, give what is under way a moment, and let go of all servers."""
        self._stopping = True
        self._news.set()
        if self._serving:
            _, late = await asyncio.wait(list(self._serving), timeout=limits.RUNNER_STOP_SECONDS / 2)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for each in self._running:
            each.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        with suppress(Exception):  # what was held falls due again by itself
            await self._conclude()
        self._loop = None

    def wake(self) -> None:
        """Say that something may be due; from any thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # its event loop is gone, and the sender with it
                loop.call_soon_threadsafe(self._news.set)

    async def settle(self) -> bool:
        """Deliver all that is due, whether the sender was started or not; tell whether there was anything."""
        any_sent = False
        while await self._begin():
            any_sent = True
            await asyncio.gather(*list(self._serving))
            await self._conclude()
        return any_sent

    # --- Taking turns -------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while not self._stopping:
            self._news.clear()
            try:
                if await self._begin():
                    continue
                await comes(self._news, limits.DELIVERY_POLL_MILLISECONDS)
            except Exception:  # noqa: BLE001 - whatever it was, what waits is still there in a moment
                _log.exception("what is to be delivered could not be taken")
                await comes(self._news, limits.EVENT_TROUBLE_MILLISECONDS)

    async def _begin(self) -> bool:
        """Begin to deliver to some servers, if there are places; tell whether there were both."""
        busy = sum(self._serving.values())
        proven = limits.DELIVERIES_AT_ONCE - busy
        unproven = limits.DELIVERIES_UNPROVEN - (len(self._serving) - busy)
        if proven + unproven == 0 or not await self._database.read(
            delivering.any_due, proven=proven > 0, unproven=unproven > 0
        ):
            return False
        loads = await self._database.write_behind(delivering.take, proven, unproven, slot=self._database.slot)
        for load in loads:
            task = asyncio.create_task(self._serve(load))
            self._serving[task] = load.to.proven
            task.add_done_callback(self._served)
        return bool(loads)

    def _served(self, task: asyncio.Task[None]) -> None:
        del self._serving[task]
        self._news.set()

    # --- One server ---------------------------------------------------------------------------------------------------

    async def _serve(self, load: Load) -> None:
        """Bring a server what waits for it until it is away or its turn is over."""
        waiting, brought = deque(load.waiting), list[Brought]()
        at_once = min(limits.DELIVERIES_PER_PEER if load.to.proven else 1, len(waiting))
        try:
            if at_once == 1:  # as nearly always: no task of its own
                await self._bring(load, waiting, brought)
            else:
                await asyncio.gather(*[self._bring(load, waiting, brought) for _ in range(at_once)])
        finally:
            self._done.append((load.to, brought))
            self._concluding.set()

    async def _bring(self, load: Load, waiting: deque[Waiting], brought: list[Brought]) -> None:
        latest = load.at + limits.DELIVERY_BEGIN_SECONDS * 1_000
        while waiting and not self._stopping and self._clock.now() <= latest:
            next_ = waiting.popleft()
            said = load.said.get(next_.outgoing)
            if said is None:  # it was withdrawn in between
                continue
            answer = await self._ask(next_.inbox, said)
            brought.append(Brought(next_, said, answer))
            if delivering.is_away(answer) or delivering.must_wait(answer):
                waiting.clear()

    async def _ask(self, inbox: str, said: Said) -> Answer:
        try:
            async with asyncio.timeout(limits.DELIVERY_SECONDS):
                return await self._send(inbox, said)
        except TimeoutError:
            return Answer(error=f"no complete answer in {limits.DELIVERY_SECONDS} seconds")
        except Exception as error:  # noqa: BLE001 - a fault of ours: what waits is tried again, and we are told
            _log.exception("something could not be delivered", inbox=inbox)
            return Answer(error=f"{type(error).__name__}: {error}")

    # --- What became of it --------------------------------------------------------------------------------------------

    async def _conclude_on(self) -> None:
        while True:
            await self._concluding.wait()
            await asyncio.sleep(limits.DELIVERY_LINGER_MILLISECONDS / 1_000)
            self._concluding.clear()
            try:
                await self._conclude()
            except Exception:  # noqa: BLE001 - whatever it was, it is written down in a moment
                _log.exception("what was delivered could not be written down")
                await asyncio.sleep(limits.EVENT_TROUBLE_MILLISECONDS / 1_000)
                self._concluding.set()

    async def _conclude(self) -> None:
        done, self._done = self._done, []
        if not done:
            return
        try:
            await self._database.write_behind(delivering.conclude, done, self._jitter)
        except BaseException:
            self._done = done + self._done
            raise
        self._news.set()

    async def _tidy_on(self) -> None:
        while True:
            try:
                while await self._database.write_behind(delivering.tidy):
                    pass
            except Exception:  # noqa: BLE001 - whatever it was, it is done the next time
                _log.exception("what nobody needs could not be forgotten")
            await asyncio.sleep(limits.PEER_TIDY_SECONDS)
