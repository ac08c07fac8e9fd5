"""Streaming: events as they happen, over one WebSocket for many streams, or as server-sent events.

All streams need a token, as on Mastodon since 4.2; those of public posts need no scope.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from bema.edge.answers import Answer, Endless
from bema.edge.authentication import authenticate, check_caller
from bema.edge.call import Call
from bema.edge.listening import listen
from bema.edge.mastodon.live import PUBLIC
from bema.edge.rates import network_of
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.streaming.hub import DIRECT, HOME, POLICY_VIOLATION, TOLD, Hub, Listener, Stream
from bema.edge.streaming.sockets import Socket
from bema.model import limits
from bema.model.errors import BadRequest, NotFound, Refusal, TooMany, Unauthenticated
from bema.model.ids import ListId, parse_id
from bema.model.policy import scope_allows
from bema.model.searching import fold
from bema.store import listeners
from bema.store.database import Database
from bema.store.tx import Tx

routes = Routes(Surface.API)
_EVENTS: dict[str, Any] = {"answer": str, "content_type": "text/event-stream"}
_log = structlog.get_logger("bema.streaming")
_encode = msgspec.json.Encoder().encode


class Asked(msgspec.Struct, frozen=True):
    """Which of the streams of a kind is meant."""

    tag: str = ""
    list: str = ""
    only_media: bool = False


@routes.get("/api/v1/streaming/health", answer=str, content_type="text/plain")
def health(call: Call, tx: Tx) -> Answer:
    """Tell that streams can be asked for."""
    return Answer(b"OK", content_type=b"text/plain; charset=utf-8", headers=((b"cache-control", b"no-store"),))


@routes.get("/api/v1/streaming", answer=str, content_type="text/event-stream")
def elsewhere(call: Call, tx: Tx) -> Answer:
    """Open a WebSocket for many streams; without `Upgrade: websocket` there is nothing here."""
    raise NotFound


@routes.get("/api/v1/streaming/user", scope="read:statuses", **_EVENTS)
async def user(call: Call) -> Endless:
    """Hear of posts for one's home timeline, and of notifications where the token may read them."""
    return await _listen(call, "user", Asked())


@routes.get("/api/v1/streaming/user/notification", scope="read:notifications", **_EVENTS)
async def user_notification(call: Call) -> Endless:
    """Hear of notifications."""
    return await _listen(call, "user:notification", Asked())


@routes.get("/api/v1/streaming/public", needs=Needs.USER, **_EVENTS)
async def public(call: Call, ask: Asked) -> Endless:
    """Hear of all public posts."""
    return await _listen(call, "public", ask)


@routes.get("/api/v1/streaming/public/local", needs=Needs.USER, **_EVENTS)
async def public_local(call: Call, ask: Asked) -> Endless:
    """Hear of public posts of this server."""
    return await _listen(call, "public:local", ask)


@routes.get("/api/v1/streaming/public/remote", needs=Needs.USER, **_EVENTS)
async def public_remote(call: Call, ask: Asked) -> Endless:
    """Hear of public posts of other servers."""
    return await _listen(call, "public:remote", ask)


@routes.get("/api/v1/streaming/hashtag", needs=Needs.USER, **_EVENTS)
async def hashtag(call: Call, ask: Asked) -> Endless:
    """Hear of public posts with a tag."""
    return await _listen(call, "hashtag", ask)


@routes.get("/api/v1/streaming/hashtag/local", needs=Needs.USER, **_EVENTS)
async def hashtag_local(call: Call, ask: Asked) -> Endless:
    """Hear of public posts of this server with a tag."""
    return await _listen(call, "hashtag:local", ask)


@routes.get("/api/v1/streaming/list", scope="read:statuses", **_EVENTS)
async def list_(call: Call, ask: Asked) -> Endless:
    """Hear of posts for one of one's lists."""
    return await _listen(call, "list", ask)


@routes.get("/api/v1/streaming/direct", scope="read:statuses", **_EVENTS)
async def direct(call: Call) -> Endless:
    """Hear of conversations."""
    return await _listen(call, "direct", Asked())


# --- Which stream is meant --------------------------------------------------------------------------------------------

_USER = Stream(("user",), (HOME, TOLD))
_USER_WITHOUT_NOTIFICATIONS = Stream(("user",), (HOME,))
_PLAIN = {
    name: Stream((name,), (topic,))
    for name, topic in [("user:notification", TOLD), ("direct", DIRECT), *zip(PUBLIC, PUBLIC, strict=True)]
}


def stream_of(listener: Listener, name: str, ask: Asked) -> Stream:
    """Return the stream of this name, or refuse in Mastodon's words; whose list it is remains to be seen."""
    if ask.only_media and name in ("public", "public:local", "public:remote"):
        name += ":media"
    if name not in PUBLIC and name not in ("hashtag", "hashtag:local"):
        _check_scope(listener, "read:notifications" if name == "user:notification" else "read:statuses")
    match name:
        case "user":
            return _USER if scope_allows(listener.scopes, "read:notifications") else _USER_WITHOUT_NOTIFICATIONS
        case "hashtag" | "hashtag:local":
            tag = fold(ask.tag.strip().removeprefix("#"))
            if not tag:
                raise BadRequest("Missing tag name parameter")
            if len(ask.tag) > limits.TAG_CHARACTERS:
                raise BadRequest("The name of the tag is too long")
            return Stream((name, ask.tag), (f"tag:local:{tag}" if name == "hashtag:local" else f"tag:{tag}",))
        case "list":
            if not ask.list:
                raise BadRequest("Missing list name parameter")
            id_ = parse_id(ask.list)
            if id_ is None:
                raise _no_such_list()
            return Stream(("list", ask.list), (f"list:{id_}",))
    if name not in _PLAIN:
        raise BadRequest("Unknown stream type")
    return _PLAIN[name]


def _check_scope(listener: Listener, scope: str) -> None:
    if not scope_allows(listener.scopes, scope):
        raise Unauthenticated("Access token does not have the required scopes")


def _check_list(tx: Tx, listener: Listener, stream: Stream) -> None:
    """Refuse lists of others; they look like those that do not exist."""
    topic = stream.topics[0]
    if topic.startswith("list:") and not listeners.owns_list(tx, listener.account, ListId(int(topic[5:]))):
        raise _no_such_list()


def _no_such_list() -> Refusal:
    return NotFound("Not authorized to stream this list")


def _listener(call: Call) -> Listener:
    grant = call.grant
    if grant is None:
        raise Unauthenticated("Missing access token")
    return Listener(
        account=call.actor, login=grant.login, key=grant.token, scopes=grant.scopes, address=network_of(call.address)
    )


# --- Server-sent events -----------------------------------------------------------------------------------------------


async def _listen(call: Call, name: str, ask: Asked) -> Endless:
    listener = _listener(call)
    stream = stream_of(listener, name, ask)
    await call.read(_check_list, listener, stream)
    return await listen(call, listener, stream)


# --- WebSocket --------------------------------------------------------------------------------------------------------


async def converse(call: Call, socket: Socket) -> None:
    """Open a WebSocket to whoever has a token (in the header, in `access_token`, or as the name of a subprotocol)."""
    offered = call.header(b"sec-websocket-protocol").partition(",")[0].strip()
    if offered and not call.parameters.get("access_token"):
        call.parameters["access_token"] = offered

    def admit(tx: Tx) -> None:
        authenticate(tx, call)
        check_caller(call)

    await call.read(admit)
    follower, listener = call.parts.streams, _listener(call)
    conversation = _Conversation(follower.hub, call.parts.database, listener, socket)
    follower.hub.join(listener)
    try:
        await follower.attend()
        opened = socket.accept(conversation, protocol=offered or None, headers=[(b"x-request-id", call.id.encode())])
    except BaseException:
        follower.hub.leave(listener)
        raise
    if not opened:
        follower.hub.leave(listener)
        return
    listener.wire = socket
    if call.parameters.get("stream"):
        await conversation.take({**call.parameters, "type": "subscribe"})


class _Conversation:
    """What one client says over its WebSocket: which streams it wants to hear. It is taken one after another."""

    __slots__ = ("_database", "_hub", "_listener", "_socket", "_taken", "_waiting", "_window", "_working")

    def __init__(self, hub: Hub, database: Database, listener: Listener, socket: Socket) -> None:
        self._hub, self._database, self._listener, self._socket = hub, database, listener, socket
        self._waiting: list[str] = []
        self._working: asyncio.Task[None] | None = None
        self._window, self._taken = 0, 0  # the minute, and how many messages came in it

    def left(self) -> None:
        """Forget the client."""
        self._hub.leave(self._listener)

    def heard(self, text: str) -> None:
        """Take a message, after those that came before."""
        window = int(time.monotonic()) // 60
        self._window, self._taken = window, self._taken + 1 if window == self._window else 1
        if self._taken > limits.STREAM_MESSAGES:
            self._hub.drop(self._listener, POLICY_VIOLATION, "This client says too much")
            return
        self._waiting.append(text)
        if self._working is None:
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                message = _read(self._waiting.pop(0))
                if message is not None:
                    await self.take(message)
        finally:
            self._working = None

    async def take(self, message: Mapping[str, Any]) -> None:
        """Do what a message asks for; what is no request is passed over, as on Mastodon."""
        kind, name = message.get("type"), _one(message.get("stream"))
        if kind not in ("subscribe", "unsubscribe"):
            return
        try:
            ask = Asked(tag=_one(message.get("tag")), list=_one(message.get("list")))
            stream = stream_of(self._listener, name, ask)
            if kind == "unsubscribe":
                self._hub.unsubscribe(self._listener, stream)
                return
            if len(self._listener.streams) >= limits.STREAM_SUBSCRIPTIONS:
                raise TooMany("Too many streams are open on this connection")
            await self._database.read(_check_list, self._listener, stream)
            self._hub.subscribe(self._listener, stream)
        except Refusal as refusal:
            self._socket.say(_encode({"error": refusal.message, "status": refusal.status}))
        except Exception:  # noqa: BLE001 - the client hears of it, and the log has the rest
            _log.exception("a stream could not be opened")
            self._socket.say(_encode({"error": "Something went wrong on our side", "status": 500}))


def _read(text: str) -> Mapping[str, Any] | None:
    try:
        message = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _one(value: object) -> str:
    """Return a parameter as text; of several the first."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
