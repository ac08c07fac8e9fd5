"""Answers are read as they end, connections are used again only when nothing is left on them, and dead ones are replaced."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest

from bema.model import limits
from bema.outside.addresses import Address, literal
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.unfetched import AddressRefused, Unreachable
from tests.peer import Peer, Stuck, answer

HOME = "https://square.example"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_one_connection_serves_many_questions() -> None:
    """Warm connections are what makes telling a thousand servers cheap."""
    served = _serve([PLAIN, PLAIN, PLAIN], _three_times)
    assert [each.body for each in served.answers] == [b"ok"] * 3
    assert served.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", id="says so"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", id="is old"),
        pytest.param(PLAIN + b"HTTP/1.1 200 OK\r\nX-More: of it\r\nContent-Length: 4\r\n\r\nevil", id="goes on"),
    ],
)
def test_some_connections_serve_one(said: bytes) -> None:
    """Whoever closes, or says more than was asked for: nothing of that becomes the answer to the next question."""
    served = _serve([said], _three_times)
    assert [(each.body, "x-more" in each.headers) for each in served.answers] == [(b"ok", False)] * 3
    assert served.connections == 3


def test_what_is_said_unasked_closes_a_connection() -> None:
    """An answer that came before its question answers another one."""

    async def ask(fetcher: Fetcher, url: str, served: "_Served") -> list[Fetched]:
        first = await fetcher.fetch(url)
        served.writers[0].write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        await served.writers[0].drain()
        await served.closed[0].wait()
        return [first, await fetcher.fetch(url)]

    served = _serve([PLAIN, PLAIN], ask)
    assert [each.body for each in served.answers] == [b"ok", b"ok"]
    assert served.connections == 2


def test_an_answer_may_end_with_its_connection() -> None:
    """Old servers tell no length."""
    served = _serve([b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nall of it", None], _once)
    assert served.answers[0].body == b"all of it"


@pytest.mark.parametrize(
    "part",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"",
    ],
)
def test_half_an_answer_is_none(part: bytes) -> None:
    """What is cut off is told from what ends."""
    with pytest.raises(Unreachable, match="closed"):
        _serve([part, None], _once)


def test_what_comes_before_an_answer_is_passed_over() -> None:
    """Hints and the leave to go on are not the answer; another protocol is none."""
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    told = _serve([early + PLAIN], _once).answers[0]
    assert (told.status, told.body, "link" in told.headers) == (200, b"ok", False)
    with pytest.raises(Unreachable, match="another protocol"):
        _serve([b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"], _once)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_no_is_a_no_however_it_is_written(encoding: str) -> None:
    """What a proxy says of a server that is away is read as that, and not as nonsense that it will always say."""
    head = f"HTTP/1.1 503 Away\r\nContent-Encoding: {encoding}\r\nContent-Length: 6\r\nRetry-After: 9\r\n\r\n"
    told = _serve([head.encode() + b"hidden"], _once).answers[0]
    assert (told.status, told.body, told.headers["retry-after"]) == (503, b"", "9")


def test_sloppy_ends_of_lines_are_read() -> None:
    """Some small servers write them so."""
    assert _serve([b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"], _once).answers[0].body == b"ok"


def test_what_comes_in_single_bytes_is_read_whole() -> None:
    """The network may cut anywhere."""

    async def ask(fetcher: Fetcher, url: str, served: "_Served") -> list[Fetched]:
        asking = asyncio.create_task(fetcher.fetch(url))
        await served.asked.wait()
        for byte in b"HTTP/1.1 200 OK\r\nX-Of: a\r\nX-Of: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n":
            served.writers[0].write(bytes([byte]))
            await served.writers[0].drain()
            await asyncio.sleep(0)
        return [await asking]

    told = _serve([b""], ask).answers[0]
    assert (told.body, told.headers["x-of"]) == (b"ok", "a, b")


def test_a_question_whose_connection_went_dead_is_asked_anew() -> None:
    """Whoever closes after a while may do it at the moment at which something is asked."""

    async def ask(fetcher: Fetcher, url: str, served: "_Served") -> list[Fetched]:
        first = await fetcher.fetch(url)
        return [first, await fetcher.fetch(url)]

    served = _serve([PLAIN, None, PLAIN], ask)
    assert [each.body for each in served.answers] == [b"ok", b"ok"]
    assert served.connections == 2


def test_what_is_sent_is_not_sent_again_by_itself() -> None:
    """Whether it was taken is not known; who sends knows whether twice is once."""

    async def ask(fetcher: Fetcher, url: str, served: "_Served") -> list[Fetched]:
        await fetcher.fetch(url)
        return [await fetcher.fetch(url, method="POST", body=b"{}")]

    with pytest.raises(Unreachable, match="closed"):
        _serve([PLAIN, None, PLAIN], ask)


def test_the_next_address_is_tried_where_one_is_dead() -> None:
    """Half of the servers of the net have two kinds of addresses, and one of them may lead nowhere."""
    with Peer({"/": answer("there")}) as peer:
        for dead in (["127.0.0.9", "127.0.0.1"], ["127.0.0.1", "127.0.0.9"], ["::1", "127.0.0.9", "127.0.0.1"]):
            fetcher = Fetcher(HOME, private_peers=True, resolve=_always(dead))
            assert _run(fetcher, fetcher.fetch(f"http://two.example:{peer.port}/")).body == b"there"


def test_the_next_address_is_tried_where_one_says_nothing() -> None:
    """Nor does it wait for the first to fail: packets that vanish say so after two minutes."""
    full = socket.create_server(("127.0.0.8", 0), backlog=0)
    port = full.getsockname()[1]
    fillers = [
        _connecting("127.0.0.8", port) for _ in range(4)
    ]  # from here on, nobody is let in, and nobody is refused
    there = socket.create_server(("127.0.0.7", port))
    try:
        fetcher = Fetcher(HOME, private_peers=True, resolve=_always(["127.0.0.8", "127.0.0.7"]))

        async def ask() -> Fetched:
            asking = asyncio.create_task(fetcher.fetch(f"http://two.example:{port}/"))
            there.setblocking(False)
            taken, _ = await asyncio.get_running_loop().sock_accept(there)
            taken.sendall(PLAIN)
            try:
                return await asking
            finally:
                taken.close()

        assert _run(fetcher, ask()).body == b"ok"
    finally:
        for each in (full, there, *fillers):
            each.close()


@pytest.mark.parametrize("value", ["a\r\nEvil: b", "a\nEvil: b", "a\rb", "a\0b"])
def test_a_header_ends_where_it_ends(value: str) -> None:
    """Nothing that others gave us writes a line of its own."""
    fetcher = Fetcher(HOME, private_peers=True)
    with pytest.raises(AddressRefused):
        _run(fetcher, fetcher.fetch("http://127.0.0.1:1/", headers={"X-Given": value}))


def test_a_head_is_short() -> None:
    """Neither one that never ends nor one of many long lines fills the memory."""
    line = b"X-Long: " + b"y" * (limits.FETCH_HEADER_BYTES // 2) + b"\r\n"
    lines = limits.FETCH_HEAD_BYTES // len(line) + 1
    with Peer({"/": Stuck(b"HTTP/1.1 200 OK\r\n" + line * lines)}) as peer:
        fetcher = Fetcher(HOME, private_peers=True)
        with pytest.raises(Unreachable, match="head"):
            _run(fetcher, fetcher.fetch(f"{peer.base}/"))


# --- A server that answers by the book -------------------------------------------------------------------------------


class _Served:
    """What a server of the test saw, and where it writes."""

    def __init__(self) -> None:
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.closed: list[asyncio.Event] = []
        self.asked = asyncio.Event()
        self.answers: list[Fetched] = []


async def _once(fetcher: Fetcher, url: str, _served: _Served) -> list[Fetched]:
    return [await fetcher.fetch(url)]


async def _three_times(fetcher: Fetcher, url: str, _served: _Served) -> list[Fetched]:
    return [await fetcher.fetch(url) for _ in range(3)]


def _serve(
    answers: Sequence[bytes | None], ask: Callable[[Fetcher, str, _Served], Awaitable[list[Fetched]]]
) -> _Served:
    """Answer questions one after the other (the last again and again; None: hang up), and return what was seen."""

    async def run() -> _Served:
        served, left = _Served(), list(answers)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            served.connections += 1
            served.writers.append(writer)
            served.closed.append(closed := asyncio.Event())
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    if b"Content-Length: 2" in head:
                        await reader.readexactly(2)
                    served.asked.set()
                    said = left.pop(0) if len(left) > 1 else left[0]
                    if said is None:
                        break
                    writer.write(said)
                    if left == [None]:
                        break
            except (asyncio.IncompleteReadError, OSError):
                pass
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
                closed.set()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        fetcher = Fetcher(HOME, private_peers=True)
        try:
            served.answers = await ask(fetcher, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", served)
        finally:
            await fetcher.close()
            server.close()
            for closed in served.closed:
                await closed.wait()
        return served

    return asyncio.run(run())


def _run(fetcher: Fetcher, question: Any) -> Fetched:
    async def run() -> Any:
        try:
            return await question
        finally:
            await fetcher.close()

    fetched = asyncio.run(run())
    assert isinstance(fetched, Fetched)
    return fetched


def _always(addresses: Sequence[str]) -> Any:
    assert all(isinstance(literal(each), Address) for each in addresses)

    async def resolve(_name: str) -> Sequence[str]:
        return addresses

    return resolve


def _connecting(host: str, port: int) -> socket.socket:
    made = socket.socket()
    made.setblocking(False)
    made.connect_ex((host, port))
    return made
