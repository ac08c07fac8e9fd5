"""The inbox's other side: what was brought is worked off, of each sender in order, of each server its share.

What an act needs is fetched before it is carried out; a server that does not answer holds up whoever waits for it alone.
"""

import asyncio
from collections import deque
from collections.abc import Collection

import structlog

from bema.domain.receiving import working
from bema.domain.receiving.brought import Person
from bema.domain.receiving.gathering import Gatherer
from bema.domain.verifying import holds
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.federating import same_origin
from bema.model.ids import AccountId
from bema.model.remote_acts import Withdraw
from bema.model.site import Site
from bema.outside.finding import Finder
from bema.outside.peers import NotGiven, Peers
from bema.outside.unfetched import Unfetched
from bema.store import incoming
from bema.store.database import Database
from bema.store.incoming import Waiting
from bema.subscribers.lanes import comes, told
from bema.wire.activitypub import reading
from bema.wire.activitypub.signatures.claims import unpacked

_log = structlog.get_logger("bema.subscribers")


class _Worthless(Exception):  # noqa: N818 - it says what the thing is: nothing went wrong here
    """It is not what it claims to be, and is dropped."""


class Inbox:
    """Works off what waits in the inbox, as long as the server runs."""

    def __init__(self, database: Database, peers: Peers, site: Site) -> None:
        self._database, self._peers, self._site = database, peers, site
        self._finder = Finder(peers)
        self._gatherer = Gatherer(database, site, self._finder)
        self._work, self._taking = asyncio.Event(), asyncio.Lock()
        self._queues: dict[str, deque[Waiting]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._stopping = False

    def wake(self, whose: Collection[str] | None = None) -> None:
        """Say that something may be due; nobody's task is what waits here."""
        if whose is None:
            self._work.set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._work.set()

    async def work_on(self) -> None:
        """Work off what falls due until it is time to stop, and first what dead processes left behind."""
        freed = False
        while not self._stopping:
            self._work.clear()
            try:
                if not freed:
                    await self._database.write_behind(incoming.free, self._database.forsaken_slots())
                    freed = True
                if await self._begin():
                    continue
                await comes(self._work, limits.EVENT_POLL_MILLISECONDS)
            except Exception:  # noqa: BLE001 - whatever it was, what waits is still there in a moment
                _log.exception("what was brought could not be taken")
                await comes(self._work, limits.EVENT_TROUBLE_MILLISECONDS)
        if self._working:
            await asyncio.wait(self._working)

    async def perform_due(self) -> bool:
        """Work off what is due now; tell whether there was anything."""
        if not await self._begin():
            return False
        while self._working:
            await asyncio.wait(self._working)
        return True

    async def _begin(self) -> bool:
        """Begin with some of what is due; tell whether there was anything, and room for it."""
        async with self._taking:
            room = limits.INCOMING_TAKEN - sum(1 + len(queue) for queue in self._queues.values())
            if room <= 0 or not await self._database.read(incoming.any_due):
                return False
            unproven = sum(each.sender is None for queue in self._queues.values() for each in queue)
            unproven = limits.INCOMING_TAKEN_UNPROVEN - unproven
            taken = await self._database.write_behind(incoming.take, room, unproven, slot=self._database.slot)
        for waiting in taken:
            sender = waiting.host if waiting.sender is None else str(waiting.sender)
            queue = self._queues.get(sender)
            if queue is not None:
                queue.append(waiting)
                continue
            self._queues[sender] = deque([waiting])
            task = asyncio.create_task(self._in_order(sender))
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        return bool(taken)

    async def _in_order(self, sender: str) -> None:
        """Work off what one sender brought, one after another."""
        queue = self._queues[sender]
        try:
            while queue and not self._stopping:
                await self._one(queue[0])
                queue.popleft()
            if queue:
                await self._database.write_behind(incoming.release, [each.id for each in queue])
        finally:
            del self._queues[sender]
            self._work.set()

    async def _one(self, waiting: Waiting) -> None:
        try:
            await self._perform(waiting)
        except (Refusal, _Worthless):
            await self._database.write_behind(incoming.done, waiting.id)
        except Exception as error:  # noqa: BLE001 - it is kept with what waits, and told when it is given up
            if await self._database.write_behind(incoming.put_off, waiting, told(error)):
                _log.warning("an act of another server was given up", host=waiting.host, error=repr(error))

    async def _perform(self, waiting: Waiting) -> None:
        if waiting.attempts > limits.INCOMING_ATTEMPTS:
            raise RuntimeError("no process that began with it came to its end")
        act = reading.act(reading.document(waiting.body.encode()))
        if waiting.claim is not None and isinstance(act, Withdraw) and await self._is_goodbye(waiting, act):
            return
        sender = waiting.sender if waiting.claim is None else await self._proven(waiting)
        if sender is None:
            raise _Worthless
        await self._gatherer.carry_out(working.carry_out, self._site, waiting, sender, act)

    async def _is_goodbye(self, waiting: Waiting, act: Withdraw) -> bool:
        """Tell whether somebody says that they are gone, and their server says so too; then they are."""
        if act.what != act.actor or not same_origin(act.what, unpacked(waiting.claim or "").key_id):
            return False
        try:
            await self._peers.document(act.what)
        except NotGiven as no:
            if no.is_gone:
                await self._database.write_behind(working.forget_gone, waiting, act.what)
            return no.is_gone
        return False

    async def _proven(self, waiting: Waiting) -> AccountId:
        """Find whoever must have signed, and look whether they did."""
        claim = unpacked(waiting.claim or "")
        try:
            thing = await self._peers.owner_of_key(claim.key_id)
            actor, host = await self._finder.described(thing)
        except Unfetched as trouble:
            if trouble.lasting:
                raise _Worthless from None
            raise
        pem = next((each.public_key for each in actor.keys if claim.key_id in (each.uri, each.owner)), None)
        if pem is None or not holds(claim, pem):
            raise _Worthless
        return await self._database.write_behind(working.introduce, self._site, Person(actor, host))
