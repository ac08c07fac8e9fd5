"""Other servers are asked without being led inside, swamped or held up."""

import asyncio
import gzip
import threading
import time
import zlib
from collections.abc import Coroutine, Iterator, Sequence
from ipaddress import IPv4Address, ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.outside.addresses import Address, is_public, plainly_written
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.unfetched import AddressRefused, Oversized, TooSlow, UnexpectedType, Unfetched, Unreachable
from tests.peer import Peer, Stuck, answer

HOME = "https://square.example"
INNER = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808",
    "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:2::1",
    "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
OUTER = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1"]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def outcome(fetcher: Fetcher, *questions: Coroutine[Any, Any, Fetched]) -> list[Fetched]:
    """Ask all at once, and let go of the connections."""

    async def asking() -> list[Fetched]:
        try:
            return list(await asyncio.gather(*questions))
        finally:
            await fetcher.close()

    return asyncio.run(asking())


def get(url: str, **more: Any) -> Fetched:
    """Ask with a fetcher that may ask its own machine."""
    fetcher = Fetcher(HOME, private_peers=True)
    return outcome(fetcher, fetcher.fetch(url, **more))[0]


def refused(url: str, **settings: Any) -> str:
    """Ask as a server of the internet does, and tell why not."""
    fetcher = Fetcher(HOME, **settings)
    with pytest.raises(AddressRefused) as refusal:
        outcome(fetcher, fetcher.fetch(url, plain_http=True))
    return str(refusal.value)


def resolving(*answers: Sequence[str]) -> Any:
    """Return a name server that gives these answers, one after the other, whatever it is asked."""
    waiting = list(answers)

    async def resolve(_name: str) -> Sequence[str]:
        return waiting.pop(0)

    return resolve


def on_loopback_alone(address: Address) -> bool:
    """Stand for the public internet, in tests that must connect to something."""
    return address == IPv4Address("127.0.0.1")


# --- Where it does not ask -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_not_asked(address: str) -> None:
    """Neither by number nor through a name that leads there."""
    assert not is_public(ip_address(address))
    bracketed = f"[{address}]" if ":" in address else address
    assert refused(f"http://{bracketed}/")
    assert "not public" in refused("https://elsewhere.example/", resolve=resolving([address]))


@pytest.mark.parametrize("address", OUTER)
def test_public_addresses_are_public(address: str) -> None:
    """The guard does not stand in the way of the internet."""
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_what_python_takes_for_inner_is_inner(address: Address) -> None:
    """The own list leaves out nothing that the standard library knows to be special, a few public oddities apart."""
    if is_public(address):
        assert (address.is_private, address.is_loopback, address.is_link_local) == (False, False, False)
        assert (address.is_multicast, address.is_reserved) == (False, False)


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    """Which of them would be connected to is up to chance."""
    assert "not public" in refused("https://mixed.example/", resolve=resolving(["93.184.216.34", "10.0.0.1"]))


@pytest.mark.parametrize(
    "url",
    [
        "", "elsewhere.example", "//elsewhere.example/", "/path", "ftp://elsewhere.example/", "file:///etc/passwd",
        "gopher://elsewhere.example/", "https://", "https:///path", "https://user@elsewhere.example/",
        "https://user:word@elsewhere.example/", "https://@elsewhere.example/", "https://elsewhere.example:99999/",
        "https://elsewhere.example:22/", "https://elsewhere.example:8443/", "https://localhost/", "https://metadata/",
        "http://2130706433/", "http://127.1/", "http://0x7f000001/", "http://0177.0.0.1/", "http://[::1%25eth0]/",
        "https://elsewhere.example\\@inside.example/", "https://else where.example/", "https://elsewhere.example/\r\nX: y",
        "https://elsewhere%2eexample/", "https://elsewhere.example/\x00", "https://-.example/", "https://a..example/",
        "https://elsewhere.example/" + "a" * limits.URL_CHARACTERS, "https://square.example/", "https://SQUARE.example./x",
        "https://square.example:443/",
    ],
)  # fmt: skip
def test_odd_addresses_are_not_asked(url: str) -> None:
    """What two programs might read differently is refused before anything is looked up; the server itself too."""
    assert refused(url, resolve=resolving())


def test_hosts_are_read_as_browsers_read_them() -> None:
    """Other scripts become their ASCII form, and a dot at the end says nothing."""
    assert str(plainly_written("https://EXAMPLE.com./a?b#c")) == "https://example.com/a?b"
    assert plainly_written("https://مثال.example/").raw_host == "xn--mgbh0fb.example"
    assert plainly_written("https://ｅｘａｍｐｌｅ.com/").raw_host == "example.com"


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_addresses(text: str) -> None:
    """It is an address of the web or a `ValueError`."""
    for written in (text, "https://" + text):
        try:
            url = plainly_written(written)
        except ValueError:
            continue
        assert url.scheme in ("http", "https")
        assert url.raw_host
        assert url.user is None


def test_plain_http_is_asked_only_where_it_is_allowed() -> None:
    """Documents of other servers come by https."""
    fetcher = Fetcher(HOME, resolve=resolving())
    with pytest.raises(AddressRefused, match="not https"):
        outcome(fetcher, fetcher.fetch("http://elsewhere.example/"))


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(peer: Peer) -> None:
    """A name that leads elsewhere a moment later (DNS rebinding) leads nobody there."""
    peer.pages["/"] = answer("here", headers={"Connection": "close"})
    fetcher = Fetcher(HOME, high_ports=True, permits=on_loopback_alone, resolve=resolving(["127.0.0.1"], ["127.0.0.2"]))
    url = f"http://rebinding.example:{peer.port}/"

    async def twice() -> None:
        assert (await fetcher.fetch(url, plain_http=True)).body == b"here"
        with pytest.raises(AddressRefused):
            await fetcher.fetch(url, plain_http=True)
        await fetcher.close()

    asyncio.run(twice())
    assert peer.asked[0].headers["host"] == f"rebinding.example:{peer.port}"
    assert len(peer.asked) == 1


# --- Redirects -------------------------------------------------------------------------------------------------------


def test_redirects_are_followed_to_their_end(peer: Peer) -> None:
    """The answer says where it came from."""
    peer.pages["/a"] = answer(status=301, headers={"Location": "/b"})
    peer.pages["/b"] = answer(status=308, headers={"Location": f"{peer.base}/c?d"})
    peer.pages["/c?d"] = answer("end")
    fetched = get(f"{peer.base}/a")
    assert (fetched.url, fetched.body) == (f"{peer.base}/c?d", b"end")


def test_a_circle_of_redirects_ends(peer: Peer) -> None:
    """Each address is asked once."""
    peer.pages["/a"] = answer(status=302, headers={"Location": "/b"})
    peer.pages["/b"] = answer(status=302, headers={"Location": "/a#again"})
    with pytest.raises(AddressRefused, match="circle"):
        get(f"{peer.base}/a")
    assert peer.paths() == ["/a", "/b"]


def test_endless_redirects_end(peer: Peer) -> None:
    """Even when no two are the same."""
    for number in range(50):
        peer.pages[f"/{number}"] = answer(status=302, headers={"Location": f"/{number + 1}"})
    with pytest.raises(AddressRefused, match="more than"):
        get(f"{peer.base}/0")
    assert len(peer.asked) == limits.FETCH_REDIRECTS + 1


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://127.0.0.1:1/",
        "ftp://a.example/",
        "http://u@a.example/",
        "//",
        "http://metadata/",
    ],
)
def test_a_redirect_leads_nobody_inside(peer: Peer, target: str) -> None:
    """Each hop is checked like the first."""
    peer.pages["/"] = answer(status=302, headers={"Location": target})
    fetcher = Fetcher(HOME, high_ports=True, permits=on_loopback_alone, resolve=resolving(["127.0.0.1"]))
    with pytest.raises(AddressRefused):
        outcome(fetcher, fetcher.fetch(f"http://outer.example:{peer.port}/", plain_http=True))


def test_a_redirect_from_https_to_http_is_refused() -> None:
    """What began protected stays so."""
    fetcher = Fetcher(HOME, private_peers=True)
    question = plainly_written("https://elsewhere.example/")
    with pytest.raises(AddressRefused, match="https to http"):
        fetcher._redirected(_question(question), question, "http://elsewhere.example/")


def test_a_redirect_to_another_server_can_be_refused(peer: Peer) -> None:
    """A document speaks for the server that it was asked from."""
    with Peer({"/": answer("foreign")}) as other:
        peer.pages["/"] = answer(status=302, headers={"Location": f"{other.base}/"})
        with pytest.raises(AddressRefused, match="another server"):
            get(f"{peer.base}/", redirects="same_origin")
        assert get(f"{peer.base}/").body == b"foreign"
        assert get(f"{peer.base}/", redirects="none").status == 302


def test_secrets_stay_with_the_server_they_are_for(peer: Peer) -> None:
    """A redirect elsewhere takes no Authorization along; a signature is made anew for each address."""
    signed: list[tuple[str, str]] = []

    def sign(method: str, url: str) -> dict[str, str]:
        signed.append((method, url))
        return {"Signature": f"n{len(signed)}"}

    with Peer({"/b": answer("end")}) as other:
        peer.pages["/a"] = answer(status=302, headers={"Location": f"{other.base}/b"})
        get(f"{peer.base}/a", headers={"Authorization": "Bearer secret", "Accept": "text/html"}, sign=sign)
        assert "authorization" not in other.asked[0].headers
        assert other.asked[0].headers["accept"] == "text/html"
        assert (peer.asked[0].headers["signature"], other.asked[0].headers["signature"]) == ("n1", "n2")
    assert signed == [("GET", f"{peer.base}/a"), ("GET", f"{other.base}/b")]


def test_what_is_sent_is_sent_once(peer: Peer) -> None:
    """A body goes to the address that was named and nowhere else; the answer, whatever it is, is told."""
    peer.pages["/inbox"] = answer("moved", status=307, headers={"Location": "/other"})
    fetched = get(f"{peer.base}/inbox", method="POST", body=b"{}", headers={"Content-Type": "application/json"})
    assert (fetched.status, fetched.body) == (307, b"moved")
    assert [(asked.method, asked.path, asked.body) for asked in peer.asked] == [("POST", "/inbox", b"{}")]
    assert peer.asked[0].headers["content-type"] == "application/json"


# --- How much, how long ----------------------------------------------------------------------------------------------


def test_long_answers_are_refused_or_cut(peer: Peer) -> None:
    """Whether their length is told or not."""
    told = answer(b"x" * 5_000)
    untold = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"3e8\r\n" + b"x" * 1_000 + b"\r\n"
    peer.pages |= {"/told": told, "/untold": untold + b"3e8\r\n" + b"x" * 1_000 + b"\r\n0\r\n\r\n"}
    for path in ("/told", "/untold"):
        with pytest.raises(Oversized):
            get(peer.base + path, max_bytes=1_500)
        assert get(peer.base + path, max_bytes=1_500, cut=True).body == b"x" * 1_500
    assert get(f"{peer.base}/untold", max_bytes=2_000).body == b"x" * 2_000


def test_a_bomb_is_defused(peer: Peer) -> None:
    """Bytes are counted after decompression, and no more are made than were asked for."""
    bomb = gzip.compress(bytes(200_000_000), 9)
    peer.pages["/"] = answer(bomb, headers={"Content-Encoding": "gzip"})
    begun = time.process_time()
    with pytest.raises(Oversized):
        get(f"{peer.base}/")
    assert get(f"{peer.base}/", cut=True, max_bytes=1_000).body == bytes(1_000)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_answers_are_read(peer: Peer, name: str, pack: Any) -> None:
    """Both encodings that are offered."""
    peer.pages["/"] = answer(pack("نمونہ".encode()), headers={"Content-Encoding": name})
    assert get(f"{peer.base}/").body.decode() == "نمونہ"
    assert peer.asked[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip"])
def test_other_encodings_are_refused(peer: Peer, encoding: str) -> None:
    """Those that were not offered, those one in another, and those that are not what they say."""
    peer.pages["/"] = answer(b"not compressed", headers={"Content-Encoding": encoding})
    with pytest.raises(UnexpectedType):
        get(f"{peer.base}/")


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", answer(b"x" * 100)[:-50]])
def test_nobody_holds_the_server_up(peer: Peer, beginning: bytes) -> None:
    """Time is counted from the question to the last byte, wherever the other one stops."""
    peer.pages["/"] = Stuck(beginning)
    with pytest.raises(TooSlow):
        get(f"{peer.base}/", seconds=0.2)


def test_endless_headers_end(peer: Peer) -> None:
    """Neither many nor long ones are read to their end."""
    many = "".join(f"X-{number}: y\r\n" for number in range(5_000))
    peer.pages["/many"] = f"HTTP/1.1 200 OK\r\n{many}Content-Length: 0\r\n\r\n".encode()
    peer.pages["/long"] = answer(headers={"X-Long": "y" * 200_000})
    peer.pages["/early"] = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20_000 + answer()
    for path in ("/many", "/long", "/early"):
        with pytest.raises(Unreachable):
            get(peer.base + path)


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\x00\xa5", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 what\r\n\r\n", b"\r\n\r\n"]
)
def test_other_protocols_are_no_answer(peer: Peer, nonsense: bytes) -> None:
    """Whatever bytes come, the outcome is one of those that were promised."""
    peer.pages["/"] = Stuck(nonsense)
    with pytest.raises(Unreachable):
        get(f"{peer.base}/", seconds=1)


def test_no_bytes_break_it(peer: Peer) -> None:
    """Garbage behind the first line of an answer is an answer or an `Unfetched`."""

    @given(st.binary(max_size=300))
    def answered(bytes_: bytes) -> None:
        peer.pages["/"] = Stuck(b"HTTP/1.1 200 OK\r\n" + bytes_)
        try:
            get(f"{peer.base}/", seconds=0.05)
        except Unfetched:
            pass

    answered()


def test_nobody_there_is_unreachable() -> None:
    """A closed port and a name without an address may be there again later."""
    with pytest.raises(Unreachable) as trouble:
        get("http://127.0.0.1:1/")
    assert not trouble.value.lasting
    fetcher = Fetcher(HOME, resolve=resolving([]))
    with pytest.raises(Unreachable):
        outcome(fetcher, fetcher.fetch("https://nobody.example/"))


def test_types_are_checked_before_the_body_is_read(peer: Peer) -> None:
    """A document of another type is not read; one that says no is told whatever its type."""
    peer.pages["/page"] = Stuck(b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=x\r\nContent-Length: 9\r\n\r\n")
    with pytest.raises(UnexpectedType):
        get(f"{peer.base}/page", types=["application/json"])
    peer.pages["/json"] = answer("{}", type="Application/JSON; charset=utf-8")
    assert get(f"{peer.base}/json", types=["application/json"]).type == "application/json"
    assert get(f"{peer.base}/missing", types=["application/json"]).status == 404


def test_an_explanation_of_a_no_is_kept_short(peer: Peer) -> None:
    """An error page of a megabyte is not worth it."""
    peer.pages["/"] = answer(b"x" * 500_000, status=500)
    fetched = get(f"{peer.base}/")
    assert (fetched.ok, fetched.status, len(fetched.body)) == (False, 500, limits.FETCH_ERROR_BYTES)


# --- Manners ---------------------------------------------------------------------------------------------------------


def test_it_says_who_it_is_and_keeps_no_cookies(peer: Peer) -> None:
    """Operators of other servers find out whom to write to."""
    peer.pages["/"] = answer(headers={"Set-Cookie": "a=b; Path=/"})
    fetcher = Fetcher(HOME, private_peers=True)

    async def twice() -> None:
        await fetcher.fetch(f"{peer.base}/")
        await fetcher.fetch(f"{peer.base}/")
        await fetcher.close()

    asyncio.run(twice())
    assert peer.asked[0].headers["user-agent"].startswith("Bema/")
    assert peer.asked[0].headers["user-agent"].endswith("(+https://square.example/)")
    assert "cookie" not in peer.asked[1].headers


def test_one_host_gets_few_connections_at_a_time(peer: Peer) -> None:
    """The others wait."""
    together = threading.Barrier(limits.FETCH_AT_ONCE_PER_HOST)

    def page(_asked: object) -> bytes:
        together.wait(10)
        return answer("x")

    count = limits.FETCH_AT_ONCE_PER_HOST * 3
    peer.pages |= {f"/{number}": page for number in range(count)}
    fetcher = Fetcher(HOME, private_peers=True)
    answers = outcome(fetcher, *[fetcher.fetch(f"{peer.base}/{number}") for number in range(count)])
    assert len(answers) == count
    assert peer.most_at_once == limits.FETCH_AT_ONCE_PER_HOST


def test_the_same_question_is_asked_once_at_a_time(peer: Peer) -> None:
    """A hundred readers of one post do not become a hundred questions."""
    peer.pages["/"] = answer("x", headers={"Connection": "close"})
    fetcher = Fetcher(HOME, private_peers=True)
    answers = outcome(fetcher, *[fetcher.fetch(f"{peer.base}/") for _ in range(20)])
    assert len(answers) == 20
    assert len(peer.asked) == 1


def _question(url: Any) -> Any:
    from bema.outside.fetch import _Question

    return _Question("GET", url, None, (), None, None, 1, False, "follow", True, 1)
