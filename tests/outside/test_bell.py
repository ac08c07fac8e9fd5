"""The bell between processes."""

import asyncio
import socket
from pathlib import Path

from bema.outside.bell import Bell, Chime


def test_a_ring_is_heard_by_the_one_who_listens(tmp_path: Path) -> None:
    """Another process, here another socket, wakes the listener."""

    async def ring() -> None:
        heard = asyncio.Event()
        listener, ringer = Bell(tmp_path), Bell(tmp_path)
        listener.listen(heard.set)
        ringer.ring()
        await asyncio.wait_for(heard.wait(), 5)
        listener.close()
        ringer.close()

    asyncio.run(ring())


def test_ringing_where_nobody_listens_is_no_trouble(tmp_path: Path) -> None:
    """Writers do not depend on the reader of the log being there."""
    bell = Bell(tmp_path)
    bell.ring()
    bell.close()


def test_the_bell_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    """A killed reader leaves its socket file behind."""

    async def ring() -> None:
        dead = Bell(tmp_path)
        dead.listen(lambda: None)
        dead.close()
        heard = asyncio.Event()
        heir, ringer = Bell(tmp_path), Bell(tmp_path)
        heir.listen(heard.set)
        ringer.ring()
        await asyncio.wait_for(heard.wait(), 5)
        heir.close()
        ringer.close()

    asyncio.run(ring())


def test_a_chime_is_heard_by_all_who_listen(tmp_path: Path) -> None:
    """Each process has listeners of its own; who is gone without a word is forgotten."""

    async def ring() -> None:
        ringer = Chime(tmp_path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:  # of a process that was killed
            dead.bind(str(tmp_path / "chime" / "1-dead"))
        several = [Chime(tmp_path) for _ in range(3)]
        heard = [asyncio.Event() for _ in several]
        for chime, event in zip(several, heard, strict=True):
            chime.listen(event.set)
        ringer.ring()
        await asyncio.wait_for(asyncio.gather(*[event.wait() for event in heard]), 5)
        assert len(list((tmp_path / "chime").iterdir())) == len(several)
        for chime in (ringer, *several):
            chime.close()
        assert not list((tmp_path / "chime").iterdir())

    asyncio.run(ring())
