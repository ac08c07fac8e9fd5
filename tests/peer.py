"""Another server of the internet, on this machine: it answers as the test says, and remembers what it was asked."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple, Self


class Asked(NamedTuple):
    """One question that came."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


class Stuck(NamedTuple):
    """An answer that begins and then never goes on."""

    beginning: bytes


Answer = bytes | Stuck
Handler = Answer | Callable[[Asked], Answer]


def answer(
    body: bytes | str = b"",
    *,
    type: str = "text/html; charset=utf-8",  # noqa: A002 - as the header is called
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Write an answer as it goes over the wire."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(content)}", f"Content-Type: {type}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


class Peer:
    """Serves `pages` (path with query → answer) on a port of loopback, in a thread of its own; use it with `with`."""

    def __init__(self, pages: Mapping[str, Handler] | None = None) -> None:
        self.pages: dict[str, Handler] = dict(pages or {})
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._writers: set[asyncio.StreamWriter] = (
            set()
        )  # also of talks that ended: what was not sent yet keeps them open
        self._talks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_reason: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    @property
    def base(self) -> str:
        """What its addresses begin with."""
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:  # talks, and those about to be let in
            self._hang_up()
            await asyncio.wait(others, timeout=0.01)
        self._hang_up()
        for _ in range(5):  # and the transports of all have been told
            await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)

    def _hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            while await self._reply(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._at_once -= 1
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        asked = Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))
        self.asked.append(asked)
        page = self.pages.get(path, answer("nothing here", status=404))
        if callable(page):
            page = await asyncio.to_thread(page, asked)
        if isinstance(page, Stuck):
            writer.write(page.beginning)
            await writer.drain()
            await reader.read(1)  # until whoever asked goes
            return False
        writer.write(page)
        await writer.drain()
        return True
