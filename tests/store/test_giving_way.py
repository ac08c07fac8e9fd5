"""What nobody waits for gives way to what somebody waits for, and yet gets done, however many wait."""

import asyncio
import threading
from collections.abc import Callable

from bema.model import limits
from bema.store.database import Database
from bema.store.tx import WriteTx
from tests.patience import PATIENCE

Op = Callable[[WriteTx], None]


def _noting(done: list[str], name: str) -> Op:
    return lambda _tx: done.append(name)


def test_what_somebody_waits_for_goes_first(database: Database) -> None:
    """All of it, though it came last; what follows by itself is done after it."""
    done: list[str] = []
    may_go_on, is_held = threading.Event(), threading.Semaphore(0)

    def hold(_tx: WriteTx) -> None:
        is_held.release()
        assert may_go_on.wait(PATIENCE)

    async def ask() -> None:
        holding = [asyncio.create_task(database.write(hold)) for _ in range(_writers(database))]
        for _ in holding:
            assert await asyncio.to_thread(is_held.acquire, timeout=PATIENCE)
        behind = [asyncio.create_task(database.write_behind(_noting(done, "behind"))) for _ in range(3)]
        await asyncio.sleep(0)
        front = [asyncio.create_task(database.write(_noting(done, "front"))) for _ in range(2)]
        await asyncio.sleep(0)
        may_go_on.set()
        await asyncio.gather(*holding, *behind, *front)

    asyncio.run(ask())
    assert sorted(done) == ["behind"] * 3 + ["front"] * 2
    if database.is_sqlite:  # elsewhere several write at the same time
        assert done == ["front"] * 2 + ["behind"] * 3


def test_what_gives_way_is_done_while_others_never_stop_asking(database: Database) -> None:
    """Whoever writes again as soon as the answer is there, many at a time, does not keep it from being done."""
    over = False

    async def ask_on() -> None:
        while not over:
            await database.write(lambda tx: tx.now)

    async def ask() -> int:
        nonlocal over
        asking = [asyncio.create_task(ask_on()) for _ in range(40)]
        async with asyncio.timeout(PATIENCE):
            for _ in range(20):
                await database.write_behind(lambda tx: tx.now)
        over = True
        await asyncio.gather(*asking)
        return 20

    assert asyncio.run(ask()) == 20


def test_what_gives_way_fails_alone(database: Database) -> None:
    """As everything in a batch does."""

    def fail(_tx: WriteTx) -> None:
        raise ValueError("not this one")

    async def ask() -> tuple[object, ...]:
        return await asyncio.gather(
            database.write_behind(fail),
            database.write_behind(lambda _tx: "behind"),
            database.write(lambda _tx: "front"),
            return_exceptions=True,
        )

    failed, *rest = asyncio.run(ask())
    assert isinstance(failed, ValueError)
    assert rest == ["behind", "front"]


def _writers(database: Database) -> int:
    return 1 if database.is_sqlite else limits.POSTGRES_WRITERS
