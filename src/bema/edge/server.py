"""The ASGI application: from a request to its route, its caller, its parameters, its handler and its answer.

A request that one transaction can answer is answered in it, authentication included: a token that was revoked before
the transaction began is worth nothing in it.
"""

import asyncio
import gzip
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address, ip_network
from itertools import count
from typing import Any

import msgspec
import structlog

from bema.edge import bodies, rates
from bema.edge.answers import Answer, Endless, Header, Presenter
from bema.edge.authentication import SESSION_COOKIE, authenticate, authenticate_session, check, check_caller
from bema.edge.call import Call
from bema.edge.connections import answer_at_once
from bema.edge.gate import Gate
from bema.edge.parts import Parts
from bema.edge.places import Places
from bema.edge.routes import Found, Needs, Route, Routes, Surface, Table
from bema.edge.streaming.sockets import Socket
from bema.model import limits
from bema.model.errors import NotFound, Refusal, TooMany
from bema.store import grants, sessions
from bema.store.tx import Tx
from bema.wire.activitypub.negotiating import wants_document
from bema.wire.forms import decode

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger("bema.edge")

_CORS: list[Header] = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh",
    ),
]
_PREFLIGHT: list[Header] = [
    *_CORS,
    (b"access-control-allow-methods", b"POST, PUT, DELETE, GET, PATCH, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key"),
    (b"access-control-max-age", b"86400"),
]
_ALWAYS: list[Header] = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]


class Server:
    """Answers requests."""

    def __init__(
        self,
        parts: Parts,
        table: Table,
        presenters: Mapping[Surface, Presenter],
        mounts: Mapping[str, Callable[[Scope, Receive, Send], Awaitable[None]]],
        sockets: Mapping[str, Callable[[Call, Socket], Awaitable[None]]],
        *,
        gate: Gate,
        know: Callable[[Call], Awaitable[None]],
        on_start: Callable[[], Awaitable[None]],
        on_stop: Callable[[], Awaitable[None]],
    ) -> None:
        self.parts = parts
        self.table = table
        self._presenters = presenters
        self._mounts = mounts  # first path segment -> ASGI application: static files and media
        self._sockets = sockets  # path -> what opens WebSockets there
        self._rates = rates.Rates(parts.settings.rate_limit_factor, parts.settings.home / "run")
        self._places = Places()
        self._gate = gate
        self._proxies = [ip_network(each, strict=False) for each in parts.settings.trusted_proxies]
        self._know = know  # who of another server asks
        self._on_start, self._on_stop = on_start, on_stop
        self._name, self._numbers = secrets.token_hex(4), count()  # the ids of requests are made of these
        self._noting: dict[int, asyncio.Future[None]] = {}
        self._by_default: dict[str, Surface] = {"api": Surface.API, "oauth": Surface.API, ".well-known": Surface.PLAIN}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take part in ASGI."""
        if scope["type"] == "http":
            mount = self._mounts.get(_first_segment(scope["path"]))
            if mount is not None:
                await mount(self._as_it_came(scope) if self._proxies else scope, receive, send)
            else:
                await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._on_start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._on_stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request_id = f"{self._name}{next(self._numbers):08x}"
        method, path = scope["method"], scope["path"]
        found = self.table.find(method, path)
        more: list[Header] = []
        call: Call | None = None
        if isinstance(found, Found) and found.document is not None:  # a page and a document share the address
            more.append((b"vary", b"Accept"))
            if wants_document(_accepted(scope)):
                found = Found(found.document, found.path)
        if not isinstance(found, Found):
            surface = self._by_default.get(_first_segment(path), Surface.WEB)
            cors = surface is not Surface.WEB
            if method == "OPTIONS" and cors:
                await _send(send, Answer(b"", 200, headers=_PREFLIGHT), more, request_id, head=False)
                return
            refusal = NotFound() if found is None else Refusal("This method is not known here", status=405)
            if isinstance(found, set):
                more.append((b"allow", ", ".join(sorted(found)).encode()))
            answer = await self._turn_away(scope, surface, refusal, request_id)
        else:
            route = found.route
            presenter = self._presenters[route.surface]
            cors = route.cors
            try:
                call = self._call(scope, found, request_id)
                answer = await self._answer(call, receive, presenter, more)
            except Refusal as refusal:
                if refusal.status == 503 and refusal.__cause__ is not None:
                    log.error("request could not be served", request=request_id, error=repr(refusal.__cause__))
                answer = presenter.refuse(call, refusal)
            except Exception:
                log.exception("request failed", request=request_id, method=method, path=path)
                answer = presenter.fail(call, request_id)
            finally:
                for let_go in call.afterwards if call is not None else ():
                    let_go()
            if isinstance(answer, Endless):
                if cors:
                    more.extend(_CORS)
                self.parts.tally.add(method, found.route.path, answer.status, time.perf_counter() - began)
                await _send_on(scope, receive, send, answer, more, request_id)
                return
            if call is not None and call.cookies_to_set:
                more.extend((b"set-cookie", cookie.encode("latin-1")) for cookie in call.cookies_to_set)
        if cors:
            more.extend(_CORS)
        if len(answer.body) >= limits.COMPRESS_BYTES and call is not None:
            answer = await _compressed(call, answer, more)
        await _send(send, answer, more, request_id, head=method == "HEAD")
        name = found.route.path if isinstance(found, Found) else ""  # not whatever strangers make up
        self.parts.tally.add(method if name else "", name, answer.status, time.perf_counter() - began)

    async def _turn_away(self, scope: Scope, surface: Surface, refusal: Refusal, request_id: str) -> Answer:
        """Refuse what there is no route for; a page says it in the language of whoever came."""
        presenter = self._presenters[surface]
        if surface is not Surface.WEB:
            return presenter.refuse(None, refusal)
        try:
            call = self._call(scope, Found(_NOWHERE, {}), request_id)
            if call.cookie(SESSION_COOKIE):
                await self.parts.database.read(_authenticate, call)
        except Refusal:
            return presenter.refuse(None, refusal)
        return presenter.refuse(call, refusal)

    async def _websocket(self, scope: Scope) -> None:
        """Open a WebSocket, or refuse as any other request is refused."""
        began = time.perf_counter()
        request_id = secrets.token_hex(8)
        socket: Socket = scope["socket"]
        presenter = self._presenters[Surface.API]
        path, status = scope["path"], 101
        try:
            found, opening = self.table.find("GET", path), self._sockets.get(path)
            if opening is None or not isinstance(found, Found):
                raise NotFound
            call = self._call(scope, found, request_id)
            await self._gate.check(call.address)
            standing = self._rates.take("address", rates.network_of(call.address))
            if not standing.allowed:
                raise TooMany(retry_after_seconds=_seconds_until(standing))
            call.parameters = bodies.query(call)
            await opening(call, socket)
            self._note_use(call)
        except Exception as error:
            if isinstance(error, Refusal):
                answer = presenter.refuse(None, error)
            else:
                log.exception("request failed", request=request_id, method="GET", path=path)
                answer = presenter.fail(None, request_id)
            status = answer.status
            headers = [(b"content-type", answer.content_type), (b"x-request-id", request_id.encode()), *answer.headers]
            socket.refuse(status, headers, answer.body)
        self.parts.tally.add("WEBSOCKET", path if path in self._sockets else "", status, time.perf_counter() - began)

    def _call(self, scope: Scope, found: Found, request_id: str) -> Call:
        if len(scope["query_string"]) > limits.QUERY_BYTES:
            raise Refusal("The query string is too long", status=414)
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            headers[name] = headers[name] + b", " + value if name in headers and name != b"cookie" else value
        address, secure = (scope.get("client") or ("", 0))[0], scope.get("scheme") == "https"
        if self._proxies and _within(address, self._proxies):
            address, secure = self._behind_proxy(address, secure, headers)
        return Call(
            self.parts,
            found.route,
            id_=request_id,
            method=scope["method"],
            path=scope["path"],
            path_values=found.path,
            query_string=scope["query_string"],
            headers=headers,
            address=address,
            secure=secure,
            target=_target(scope),
        )

    def _as_it_came(self, scope: Scope) -> Scope:
        """Tell an application beside the routes who asks, where a trusted proxy brought it."""
        address, secure = (scope.get("client") or ("", 0))[0], scope.get("scheme") == "https"
        if _within(address, self._proxies):
            address, _ = self._behind_proxy(address, secure, dict(scope["headers"]))
        return {**scope, "client": (address, 0)}

    def _behind_proxy(self, address: str, secure: bool, headers: dict[bytes, bytes]) -> tuple[str, bool]:
        """Believe a trusted proxy: the client is the last address in the chain that is not one of our proxies."""
        chain = [part.strip() for part in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
        for candidate in reversed([part for part in chain if part]):
            address = candidate
            if not _within(candidate, self._proxies):
                break
        protocol = headers.get(b"x-forwarded-proto", b"").split(b",")[0].strip()
        if b"x-forwarded-host" in headers:
            headers[b"host"] = headers[b"x-forwarded-host"].split(b",")[0].strip()
        return address, protocol == b"https" if protocol else secure

    async def _answer(self, call: Call, receive: Receive, presenter: Presenter, more: list[Header]) -> Answer:
        route = call.route
        await self._gate.check(call.address)
        network = rates.network_of(call.address)
        first = "inbox" if route.rate == "inbox" else "address"
        standing = self._rates.take(first, network)
        if not standing.allowed:
            more.extend(_rate_headers(standing))
            raise TooMany(retry_after_seconds=_seconds_until(standing))
        if route.body_bytes > limits.BODY_BYTES and route.needs is not Needs.NOBODY:
            call.parameters = bodies.query(call)  # a token may be there
            await self.parts.database.read(_identify, call)
            if bodies.is_large(call):
                call.afterwards.append(self._places.take(call.viewer))
        call.parameters = await bodies.read(call, receive)
        if route.surface is Surface.FEDERATION and call.method != "POST":
            await self._know(call)
        ask = decode(call.parameters, route.ask) if route.ask is not None else None
        database = self.parts.database

        def count_too(name: str, who: int | str) -> None:
            nonlocal standing
            own = self._rates.take(name, who)
            standing = own if own.remaining < standing.remaining or not own.allowed else standing
            if not standing.allowed:
                raise TooMany(retry_after_seconds=_seconds_until(standing))

        def admit(tx: Tx) -> None:
            nonlocal standing
            _authenticate(tx, call)
            check(call)
            who = call.viewer
            if who is not None:
                standing = self._rates.take("account", who)
            if route.rate is not None and route.rate != first and standing.allowed:
                counted = network if who is None or rates.RATES[route.rate].by_address else who
                count_too(route.rate, counted)
                call.count_again = partial(count_too, route.rate, counted)
            elif not standing.allowed:
                raise TooMany(retry_after_seconds=_seconds_until(standing))

        def perform(tx: Any) -> Answer:
            admit(tx)
            result = route.handler(call, tx, ask) if ask is not None else route.handler(call, tx)
            return presenter.answer(call, result)

        try:
            if route.is_async:
                await database.read(admit)
                result = await (route.handler(call, ask) if ask is not None else route.handler(call))
                return presenter.answer(call, result)
            if route.writes:
                return await database.write(perform)
            return await database.read(perform)
        finally:
            more.extend(_rate_headers(standing))
            self._note_use(call)

    def _note_use(self, call: Call) -> None:
        """Remember, once an hour, that a token or session was used; nobody waits for it."""
        now = self.parts.clock.now()
        stale = now - limits.TOKEN_TOUCH_SECONDS * 1_000
        grant, session = call.grant, call.session
        if grant is not None and (grant.last_used_at or 0) < stale:
            self._note(grant.token, grants.touch, grant.token)
        elif session is not None and session.last_used_at < stale:
            self._note(session.id, sessions.touch, session.id, call.address)

    async def settle(self) -> None:
        """Wait until the uses of tokens and sessions so far are noted."""
        await asyncio.gather(*self._noting.values(), return_exceptions=True)

    def _note(self, key: int, op: Callable[..., None], *arguments: Any) -> None:
        if key not in self._noting:
            task = asyncio.ensure_future(self.parts.database.write(op, *arguments))
            self._noting[key] = task
            task.add_done_callback(lambda done: self._noted(key, done))

    def _noted(self, key: int, done: "asyncio.Future[None]") -> None:
        del self._noting[key]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.warning("a use could not be noted", error=str(error))


def _nowhere(call: Call, tx: Tx) -> None:
    """Stand for the routes that there are none of."""
    raise NotFound


_nowhere_routes = Routes(Surface.WEB)
_nowhere_routes.get("/")(_nowhere)
_NOWHERE: Route = next(iter(_nowhere_routes))


def _authenticate(tx: Tx, call: Call) -> None:
    if call.route.surface is Surface.WEB:
        authenticate_session(tx, call)
    elif call.route.surface is Surface.API:  # what is plain is for anybody, whatever token they hold
        authenticate(tx, call)


def _identify(tx: Tx, call: Call) -> None:
    """Refuse strangers before a large body is read: many of them at once would fill the memory with theirs."""
    _authenticate(tx, call)
    check_caller(call)


def _first_segment(path: str) -> str:
    """Return the first segment of a path; `*`, as in `OPTIONS *`, has none."""
    return path.removeprefix("/").partition("/")[0]


def _target(scope: Scope) -> str:
    path: bytes = scope.get("raw_path", b"")
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _accepted(scope: Scope) -> str:
    return b", ".join(value for name, value in scope["headers"] if name == b"accept").decode("latin-1")


def _within(address: str, networks: list[Any]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _seconds_until(standing: rates.Standing) -> int:
    return max(1, standing.resets_at - int(time.time()))


_reset_texts: dict[int, bytes] = {}


def _rate_headers(standing: rates.Standing) -> list[Header]:
    reset = _reset_texts.get(standing.resets_at)
    if reset is None:
        if len(_reset_texts) > 1_000:  # moments of the past
            _reset_texts.clear()
        moment = datetime.fromtimestamp(standing.resets_at, UTC)
        reset = _reset_texts[standing.resets_at] = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").encode()
    return [
        (b"x-ratelimit-limit", str(standing.limit).encode()),
        (b"x-ratelimit-remaining", str(max(0, standing.remaining)).encode()),
        (b"x-ratelimit-reset", reset),
    ]


_COMPRESSIBLE = (b"application/json", b"text/", b"application/activity+json", b"image/svg", b"application/atom")


async def _compressed(call: Call, answer: Answer, more: list[Header]) -> Answer:
    """Compress a text for a client that can read it so; on a thread, as it takes longer than most answers to make."""
    if not answer.content_type.startswith(_COMPRESSIBLE):
        return answer
    more.append((b"vary", b"Accept-Encoding"))
    if "gzip" not in call.header(b"accept-encoding"):
        return answer
    more.append((b"content-encoding", b"gzip"))
    body = await asyncio.to_thread(gzip.compress, answer.body, 1, mtime=0)
    return msgspec.structs.replace(answer, body=body)


async def _send(send: Send, answer: Answer, more: list[Header], request_id: str, *, head: bool) -> None:
    headers = [
        (b"content-type", answer.content_type),
        (b"content-length", str(len(answer.body)).encode()),
        (b"x-request-id", request_id.encode()),
        *_ALWAYS,
        *answer.headers,
        *more,
    ]
    if not answer_at_once(send, answer.status, headers, answer.body, head=head):
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else answer.body})


async def _send_on(
    scope: Scope, receive: Receive, send: Send, answer: Endless, more: list[Header], request_id: str
) -> None:
    """Send the beginning of an answer that goes on, and stay until the client is gone."""
    headers = [
        (b"content-type", answer.content_type),
        (b"transfer-encoding", b"chunked"),
        (b"x-request-id", request_id.encode()),
        *_ALWAYS,
        *answer.headers,
        *more,
    ]
    transport, goes_on = scope.get("transport"), scope["method"] == "GET"
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if transport is not None and goes_on:  # without one (in tests) there is nothing to write to
            answer.attach(transport)
        await send({"type": "http.response.body", "body": answer.body, "more_body": transport is not None and goes_on})
        while transport is not None and goes_on and (await receive())["type"] != "http.disconnect":
            pass
    finally:
        answer.leave()
