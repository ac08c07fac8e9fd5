"""The other servers, as the tests of sending have them: what each says when it is brought something, and what it was brought."""

import asyncio

from sqlalchemy import Table, func, select

from bema.domain.delivering import Answer
from bema.store.deliveries import Said
from bema.subscribers.sending import Sender
from tests.conftest import Read

TAKEN = Answer(202)
DOWN = Answer(error="connection refused")


class Network:
    """The other servers: what each says when it is brought something, and what it was brought."""

    def __init__(self) -> None:
        self.says: dict[str, Answer] = {}
        self.brought: list[tuple[str, str]] = []  # inbox, body

    async def send(self, inbox: str, said: Said) -> Answer:
        """Bring something."""
        self.brought.append((inbox, said.body))
        return self.says.get(inbox, TAKEN)

    def heard(self, inbox: str) -> list[str]:
        """Return what an inbox was brought, each time."""
        return [body for place, body in self.brought if place == inbox]


def counted(read: Read, table: Table) -> int:
    """Count the rows of a table."""
    return int(read(lambda tx: tx.value(select(func.count()).select_from(table))))


def settle(sender: Sender) -> None:
    """Send all that is due."""
    asyncio.run(sender.settle())
