"""Connections end when they must: for revoked tokens, slow readers, nonsense, too many of them, and when the server stops."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Close, Frame, Opcode
from websockets.sync.client import connect

from bema.model import limits
from bema.model.events import LoginChanged
from bema.model.policy import Standing
from bema.store import accounts, grants
from bema.store.tx import WriteTx
from tests.patience import PATIENCE
from tests.streaming.conftest import Ear, LiveSquare, Person, Reader

pytestmark = pytest.mark.slow  # a server and its clients


def end_of(ear: Ear) -> tuple[int, str]:
    """Wait for the end, and return code and reason."""
    with pytest.raises(ConnectionClosed) as closed:
        listen_on(ear)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def last_of(reader: Reader) -> str:
    """Wait for the reason why a stream of server-sent events ends, after what else it tells."""
    line = reader.comment()
    while not line.startswith(":"):
        line = reader.comment()
    return line


def listen_on(ear: Ear) -> None:
    """Listen until the connection ends."""
    while True:
        ear.connection.recv(PATIENCE)


def babble(ear: Ear) -> None:
    """Say more than anybody has to say."""
    for _ in range(limits.STREAM_MESSAGES + 10):
        ear.connection.send("{}")


def upgraded(live: LiveSquare, person: Person) -> socket.socket:
    """Open a WebSocket of which the test itself says and reads the bytes."""
    raw = socket.create_connection(("127.0.0.1", live.port), timeout=PATIENCE)
    raw.sendall(
        f"GET /api/v1/streaming?access_token={person.token} HTTP/1.1\r\nHost: square\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\n\r\n".encode()
    )
    answer = raw.recv(1_000)
    assert b" 101 " in answer
    assert answer.endswith(b"\r\n\r\n")
    return raw


def test_each_connection_is_looked_at_within_five_seconds() -> None:
    """Tokens are taken back and people shut out in ways that no fact tells of; turns are taken once a second."""
    assert limits.STREAM_CHECK_SECONDS + 1 <= 5


def test_a_revoked_token_hears_nothing_more(live: LiveSquare) -> None:
    """Whoever took a token back must not be listened to by whoever had it."""
    ann = live.person("ann")
    ear, reader = live.ear(ann, "user"), live.reader(ann, "user")
    live.make.revoke_tokens(ann.account)
    assert end_of(ear) == (1008, "The access token is not valid any more")
    assert reader.comment() == ":The access token is not valid any more"
    assert reader.line() == ""


def test_a_suspended_account_hears_nothing_more(live: LiveSquare) -> None:
    """A decision takes hold of streams too."""
    ann = live.person("ann")
    ear = live.ear(ann, "user")
    live.app.database.write_now(lambda tx: accounts.change(tx, ann.account, standing=int(Standing.SUSPENDED)))
    assert end_of(ear)[0] == 1008


@pytest.mark.parametrize("act", ["suspend", "disable"])
def test_who_is_shut_out_by_the_staff_hears_nothing_more(live: LiveSquare, act: str) -> None:
    """By the API of the staff: streams of apps and of pages end with their reason, and no new ones begin."""
    ann, mod = live.person("ann"), live.staff("mod")
    ear, reader, page = live.ear(ann, "user"), live.reader(ann, "user"), live.browser(ann)
    live.do("POST", f"/api/v1/admin/accounts/{ann.account}/action", mod, type=act)
    assert end_of(ear) == (1008, "The access token is not valid any more")
    assert last_of(reader) == ":The access token is not valid any more"
    assert last_of(page) == ":The session is over"
    assert live.ask("GET", "/api/v1/streaming/user", ann).status_code == 403
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{live.socket_url}?access_token={ann.token}")
    assert refused.value.response.status_code == 403
    assert json.loads(refused.value.response.body) == {"error": "Your login is currently disabled"}


def test_an_app_that_is_signed_out_hears_nothing_more(live: LiveSquare) -> None:
    """By the method with which apps give a token back."""
    ann = live.person("ann")
    app = live.ask("POST", "/api/v1/apps", client_name="Boat", redirect_uris="https://boat.example/").json()
    proof: dict[str, Any] = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    held = live.app.database.write_now(_token_of, app["client_id"], ann)
    ann = replace(ann, token=held)
    ear, reader = live.ear(ann, "user"), live.reader(ann, "user")
    assert live.ask("POST", "/oauth/revoke", token=held, **proof).status_code == 200
    assert end_of(ear) == (1008, "The access token is not valid any more")
    assert reader.comment() == ":The access token is not valid any more"


def _token_of(tx: WriteTx, client_id: str, person: Person) -> str:
    app = grants.app_by_client_id(tx, client_id)
    assert app is not None
    grants.add_token(tx, secret="held", app_id=app.id, login_id=person.login, account_id=person.account, scopes="read")
    return "held"


def test_a_network_that_is_kept_away_opens_no_websocket(live: LiveSquare) -> None:
    """No more than it may ask for anything else."""
    ann, mod = live.person("ann"), live.staff("mod")
    live.do("POST", "/api/v1/admin/ip_blocks", mod, ip="127.0.0.0/8", severity="no_access")
    live.app.gate.open()  # learns what another process decided; else in some seconds
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{live.socket_url}?access_token={ann.token}&stream=user")
    assert refused.value.response.status_code == 403


def test_streams_end_when_their_network_is_closed(live: LiveSquare) -> None:
    """Who was there before is turned away with all others from there, in some seconds; who comes from elsewhere stays."""
    ann, mod = live.person("ann"), live.staff("mod")
    ear, reader = live.ear(ann, "user"), live.reader(ann, "user")
    live.do("POST", "/api/v1/admin/ip_blocks", mod, ip="198.51.100.0/24", severity="no_access")
    live.app.gate.open()
    live.do("POST", "/api/v1/statuses", ann, status="still here")
    assert ear.hear()["event"] == "update"
    live.do("POST", "/api/v1/admin/ip_blocks", mod, ip="127.0.0.0/8", severity="no_access")
    live.app.gate.open()  # learns what another process decided; else in some seconds
    assert end_of(ear) == (1008, "This network is kept away")
    assert last_of(reader) == ":This network is kept away"


def test_where_the_log_tells_of_it_the_end_is_at_once(live: LiveSquare) -> None:
    """A login that changed is looked at when the fact is read, not when its turn comes."""
    people = [live.person(f"person{number}") for number in range(limits.STREAM_CHECK_SECONDS + 1)]
    ears = [live.ear(person, "user") for person in people]
    for person in people:
        live.make.revoke_tokens(person.account)
        live.make.emit(LoginChanged(login=person.login))
    began = time.monotonic()
    for ear in ears:
        assert end_of(ear)[0] == 1008
    assert time.monotonic() - began < limits.STREAM_CHECK_SECONDS - 1, "all turns take longer"


def test_nonsense_is_passed_over(live: LiveSquare) -> None:
    """A client that errs is not cut off, unless it breaks the protocol."""
    ann, bob = live.person("ann"), live.person("bob")
    ear = live.ear(ann, "public")
    deep = "[" * 2_000
    for text in ("", "nonsense", "null", "[]", '{"type": 1}', '{"type": "subscribe"}', '"\\ud800"', deep, "{" * 500):
        ear.connection.send(text)
    ear.say(type="subscribe", stream=["hashtag", 5], tag={"a": 1})
    ear.say(type="subscribe", stream="hashtag", tag="x" * 300)
    ear.say(type="unsubscribe", stream="hashtag", tag="never heard")
    ear.say(type="subscribe", stream="list", list="../../etc")
    live.publish(bob, "Good morning")
    heard = [ear.hear() for _ in range(5)]
    assert [message.get("status", message.get("event")) for message in heard] == [400, 400, 400, 404, "update"]


@pytest.mark.parametrize(
    ("said", "code"), [(b"\x00\xff", 1003), ("x" * (limits.STREAM_MESSAGE_BYTES + 1), 1009)], ids=["binary", "too long"]
)
def test_what_breaks_the_protocol_ends_the_connection(live: LiveSquare, said: str | bytes, code: int) -> None:
    """Binary messages mean nothing here, and long ones would fill the memory."""
    ear = live.ear(live.person("ann"), "user")
    ear.connection.send(said)
    assert end_of(ear)[0] == code


def test_text_that_is_no_text_ends_the_connection(live: LiveSquare) -> None:
    """As RFC 6455 asks."""
    ear = live.ear(live.person("ann"), "user")
    ear.connection.send(b"\xff\xfe", text=True)
    assert end_of(ear)[0] == 1007


def test_a_message_in_pieces_is_put_together(live: LiveSquare) -> None:
    """Some libraries send in fragments."""
    ann, bob = live.person("ann"), live.person("bob")
    ear = live.ear(ann)
    ear.connection.send(['{"type": "subscribe", ', '"stream": ', '"public"}'])
    live.settled(ear)
    live.publish(bob, "Good morning")
    assert ear.events(1) == [(["public"], "update")]


def test_who_says_too_much_is_let_go(live: LiveSquare) -> None:
    """Each message costs something."""
    ear = live.ear(live.person("ann"), "user")
    with suppress(ConnectionClosed):  # it may come while we still talk
        babble(ear)
    assert end_of(ear) == (1008, "This client says too much")


def test_who_goes_on_talking_is_listened_to_until_it_knows_the_end(live: LiveSquare) -> None:
    """A connection that is cut while its client still sends takes back what was said last: the reason."""
    message = Frame(Opcode.TEXT, b"{}").serialize(mask=True)
    end = Close(1008, "This client says too much").serialize()
    with upgraded(live, live.person("ann")) as raw:
        raw.sendall(message * (limits.STREAM_MESSAGES + 10))
        assert raw.recv(1_000) == Frame(Opcode.CLOSE, end).serialize(mask=False)
        for _ in range(3):
            raw.sendall(message)
        raw.sendall(Frame(Opcode.CLOSE, end).serialize(mask=True))
        assert raw.recv(1_000) == b""


def test_a_connection_has_so_many_streams(live: LiveSquare) -> None:
    """What is more is refused with a sentence, and the others go on."""
    ear = live.ear(live.person("ann"))
    for number in range(limits.STREAM_SUBSCRIPTIONS + 1):
        ear.say(type="subscribe", stream="hashtag", tag=f"tag{number}")
    assert ear.hear() == {"error": "Too many streams are open on this connection", "status": 429}
    ear.say(type="unsubscribe", stream="hashtag", tag="tag0")
    ear.say(type="subscribe", stream="hashtag", tag="another")
    live.settled(ear)


def test_a_token_has_so_many_connections(open_live: Callable[..., LiveSquare]) -> None:
    """A client that opens one after another fills no memory; when one ends there is room again."""
    live = open_live(factor=4 / limits.STREAMS_PER_TOKEN)
    ann, bob = live.person("ann"), live.person("bob")
    ears = [live.ear(ann, "user") for _ in range(4)]
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{live.socket_url}?access_token={ann.token}")
    assert refused.value.response.status_code == 429
    assert live.ask("GET", "/api/v1/streaming/user", ann).status_code == 429
    live.ear(bob, "user")
    ears[0].connection.close()
    live.ear(ann, "user")


def test_who_does_not_read_is_dropped_with_a_reason(live: LiveSquare) -> None:
    """What waits for one slow client would fill the memory; the others hear everything."""
    ann, bob = live.person("ann"), live.person("bob")
    quick = live.ear(bob, "public")
    slow = socket.create_connection(("127.0.0.1", live.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    slow.sendall(
        f"GET /api/v1/streaming/public HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ann.token}\r\n\r\n".encode()
    )
    assert slow.recv(12) == b"HTTP/1.1 200"
    hub = live.app.streams.hub
    deadline = time.monotonic() + 60
    count = 0
    while not hub.dropped and time.monotonic() < deadline:
        live.make.post(bob.account, "Words " * 5_000)
        assert quick.hear()["event"] == "update"
        count += 1
    assert list(hub.dropped) == ["This client does not read as fast as things happen"]
    assert count < 1_000
    slow.close()


def test_who_asks_on_and_reads_no_answer_is_cut_off(live: LiveSquare) -> None:
    """Every ping is answered; answers that nobody reads must not fill the memory."""
    ping = b"\x89\xfd\0\0\0\0" + b"x" * 125
    with upgraded(live, live.person("ann")) as deaf, pytest.raises(ConnectionError):
        deaf.sendall(ping * 400_000)  # 50 MB, of which the kernel keeps less than half


def test_a_server_that_stops_says_so(live: LiveSquare) -> None:
    """Streams would go on for ever; they must not keep the server from stopping."""
    ann = live.person("ann")
    ear, reader = live.ear(ann, "user"), live.reader(ann, "user")
    live.stop()
    assert end_of(ear) == (1001, "The server stops")
    assert reader.comment() == ":The server stops"
    assert live.app.streams.hub.size == 0


def test_other_addresses_have_no_websocket(live: LiveSquare) -> None:
    """Whatever is asked to become one."""
    ann = live.person("ann")
    for path in ("/", "/api/v1/statuses", "/api/v1/streaming/user", "/static/style.css"):
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://127.0.0.1:{live.port}{path}?access_token={ann.token}")
        assert refused.value.response.status_code == 404


def test_requests_that_only_look_like_a_websocket_are_refused(live: LiveSquare) -> None:
    """Without the parts that RFC 6455 asks for there is nothing to open, and the server lives on."""
    for head in (
        "GET /api/v1/streaming HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade",
        "POST /api/v1/streaming HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13",
        "GET /api/v1/streaming HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8",
    ):
        with socket.create_connection(("127.0.0.1", live.port), timeout=PATIENCE) as raw:
            raw.sendall(f"{head}\r\nHost: a\r\n\r\n".encode())
            assert raw.recv(10) == b"HTTP/1.1 4"
    assert live.ask("GET", "/api/v1/streaming/health").status_code == 200


def test_a_stream_needs_a_living_account(live: LiveSquare) -> None:
    """The token of an app alone hears nothing."""
    app = live.ask("POST", "/api/v1/apps", client_name="Boat", redirect_uris="https://boat.example/").json()
    proof: dict[str, Any] = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = live.ask("POST", "/oauth/token", grant_type="client_credentials", **proof).json()["access_token"]
    boat = replace(live.person("ann"), token=token)
    for path in ("user", "public"):
        assert live.ask("GET", f"/api/v1/streaming/{path}", boat).status_code == 401
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{live.socket_url}?access_token={token}&stream=public")
    assert refused.value.response.status_code == 401
    assert "error" in json.loads(refused.value.response.body)
