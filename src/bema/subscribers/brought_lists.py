"""Lists that people bring from other servers are worked off: who is not known is asked for, a few lines at a time."""

import asyncio
import time

from bema.domain import bringing_along
from bema.domain.receiving.gathering import Gatherer
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.ids import AccountId, PostId
from bema.outside.unfetched import Unfetched
from bema.subscribers.lanes import Performer


def bringing(gatherer: Gatherer) -> Performer:
    """Return what works off some of a list, or forgets one; begun again, it goes on where it was."""
    asking = _Asking(gatherer)
    database, site = gatherer.database, gatherer.site

    async def perform(body: str) -> None:
        if not body.isdigit():
            await database.write(bringing_along.forget, body)
            return
        id_ = int(body)
        named = await database.read(bringing_along.to_replace, site, id_)
        while named is not None and await database.write(bringing_along.end_some, site, id_, named):
            pass
        part = await database.read(bringing_along.next_part, site, id_)
        if part is not None:
            found, silent = await asking.about(part)
            await database.write(bringing_along.carry_out, site, id_, part, found, silent)

    return perform


class _Asking:
    """Asks other servers who or what is named: several at once, each for one thing after the other.

    One that does not answer is left alone for a while, so that it holds up neither its own lines nor others'.
    """

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer = gatherer
        self._trouble: dict[str, float] = {}  # server -> until when it is left alone

    async def about(self, part: bringing_along.Part) -> tuple[dict[str, AccountId | PostId], set[str]]:
        """Return what was found by its name, and the names about which nobody answered."""
        now = time.monotonic()
        self._trouble = {host: until for host, until in self._trouble.items() if until > now}
        found: dict[str, AccountId | PostId] = {}
        silent: set[str] = set()
        await asyncio.gather(*[self._of(host, part.kind, names, found, silent) for host, names in part.unknown.items()])
        return found, silent

    async def _of(
        self, host: str, kind: str, names: list[str], found: dict[str, AccountId | PostId], silent: set[str]
    ) -> None:
        for name in dict.fromkeys(names):
            if host in self._trouble:
                silent.add(name)
                continue
            try:
                if kind == "bookmarks":
                    found[name] = await self._gatherer.fetch_post(name)
                else:
                    found[name] = await self._gatherer.fetch_person(name.partition("@")[0], host)
            except Unfetched as trouble:
                if not trouble.lasting:
                    silent.add(name)
                    self._trouble[host] = time.monotonic() + limits.BROUGHT_TROUBLE_SECONDS
            except Refusal:
                continue  # it is kept away, or meant for nobody: the line says so
