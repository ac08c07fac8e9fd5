"""Routes as data: each says who may call it, with which scope, what it takes and gives; the documents are made from it.

A handler is one of two things. A plain function `(call, tx)` or `(call, tx, ask)` is a whole request in one transaction:
reading for GET, writing for the rest, authentication included. An `async` function `(call)` or `(call, ask)` is for what
must wait for something else (passwords, pictures, mail), and opens its transactions itself.
"""

import inspect
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NamedTuple, get_type_hints

import msgspec

from bema.model import limits
from bema.model.permissions import Permission


class Needs(Enum):
    """Who may call a route."""

    NOBODY = "Public"  # a token may come, and is then checked
    APP = "App token"
    USER = "User token"
    SESSION = "Browser session"


class Surface(Enum):
    """Which protocol a route speaks: it decides how errors look and how the caller is authenticated."""

    API = "api"
    WEB = "web"
    PLAIN = "plain"  # documents for anybody: WebFinger, NodeInfo, metrics
    FEDERATION = "federation"  # what other servers read and bring; a page may have the same path


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one path."""

    method: str
    path: str
    handler: Callable[..., Any]
    surface: Surface
    needs: Needs
    scope: str | None  # several, with spaces between them, mean that one of them is enough
    ask: type[msgspec.Struct] | None
    answer: Any
    status: int  # of the answer when all goes well
    content_type: str  # of that answer
    is_async: bool
    writes: bool
    rate: str | None  # the name of a limit of its own, see rates.py
    body_bytes: int
    cors: bool
    unconfirmed: bool  # also for a login that is not confirmed or approved yet
    permission: Permission | None = None  # what the caller's role must allow, whatever the token does
    raw: bool = False  # the body is the one parameter `body`, as it came
    confined: bool = False  # also for who is shut out by a decision: pages about that decision, and the ways out

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().split("\n")[0]


class Routes:
    """The routes of one module, in the order they are written."""

    def __init__(self, surface: Surface, *, cors: bool | None = None, body_bytes: int = limits.BODY_BYTES) -> None:
        self._surface = surface
        self._cors = surface is not Surface.WEB if cors is None else cors
        self._body_bytes = body_bytes
        self._routes: list[Route] = []

    def __iter__(self) -> Any:
        return iter(self._routes)

    def add(
        self,
        method: str,
        path: str,
        *,
        scope: str | None = None,
        needs: Needs | None = None,
        answer: Any = None,
        status: int = 200,
        content_type: str = "application/json",
        writes: bool | None = None,
        rate: str | None = None,
        body_bytes: int | None = None,
        unconfirmed: bool = False,
        permission: Permission | None = None,
        raw: bool = False,
        confined: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add the decorated handler. Without `needs`, a route with a scope is for users and one without is public."""

        def adding(handler: Callable[..., Any]) -> Callable[..., Any]:
            hints = get_type_hints(handler, include_extras=True)
            names = list(inspect.signature(handler).parameters)
            is_async = inspect.iscoroutinefunction(handler)
            ask = hints.get("ask") if "ask" in names else None
            expected = ["call"] + ([] if is_async else ["tx"]) + (["ask"] if ask is not None else [])
            if names != expected:
                raise TypeError(f"{handler.__qualname__} takes {names}, not {expected}")
            self._routes.append(
                Route(
                    method=method,
                    path=path,
                    handler=handler,
                    surface=self._surface,
                    needs=needs or (Needs.NOBODY if scope is None else Needs.USER),
                    scope=scope,
                    ask=ask,
                    answer=answer if answer is not None else hints.get("return"),
                    status=status,
                    content_type=content_type,
                    is_async=is_async,
                    writes=method not in ("GET", "HEAD") if writes is None else writes,
                    rate=rate,
                    body_bytes=limits.BODY_BYTES if method == "GET" else body_bytes or self._body_bytes,
                    cors=self._cors,
                    unconfirmed=unconfirmed,
                    permission=permission,
                    raw=raw,
                    confined=confined,
                )
            )
            return handler

        return adding

    def get(self, path: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a route that reads."""
        return self.add("GET", path, **more)

    def post(self, path: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a route that acts."""
        return self.add("POST", path, **more)

    def update(self, path: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a route that changes something: PUT and PATCH are the same, as some clients send one and some the other."""

        def adding(handler: Callable[..., Any]) -> Callable[..., Any]:
            self.add("PUT", path, **more)(handler)
            return self.add("PATCH", path, **more)(handler)

        return adding

    def delete(self, path: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a route that removes something."""
        return self.add("DELETE", path, **more)


class Found(NamedTuple):
    """A route and what its path holds; `document` is what other servers read at the path of a page."""

    route: Route
    path: dict[str, str]
    document: Route | None = None


class _Node:
    __slots__ = ("branches", "documents", "methods", "name", "parameter", "prefix", "prefixed")

    def __init__(self) -> None:
        self.branches: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.name = ""
        self.prefixed: _Node | None = None  # "/@{acct}": a parameter behind fixed characters
        self.prefix = ""
        self.methods: dict[str, Route] = {}
        self.documents: dict[str, Route] = {}  # for other servers


class Table:
    """All routes as a tree of path segments: finding one costs the same whatever their number.

    `{name}` holds a segment, `@{name}` a segment behind an at sign, and `{name...}` the rest of the path.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = list(routes)
        self._root = _Node()
        self._fixed: dict[str, _Node] = {}  # paths without a parameter, found at once
        for route in self.routes:
            node = self._root
            for segment in route.path.strip("/").split("/"):
                node = _child(node, segment)
            if "{" not in route.path:
                self._fixed[route.path.strip("/")] = node
            there = node.documents if route.surface is Surface.FEDERATION else node.methods
            if route.method in there:
                raise ValueError(f"{route.method} {route.path} is there twice")
            there[route.method] = route

    def find(self, method: str, path: str) -> Found | set[str] | None:
        """Return the route with its path parameters; the allowed methods where only the method is wrong; else None."""
        if "\0" in path:  # PostgreSQL knows no such text, and nothing here is called so
            return None
        held: dict[str, str] = {}
        trimmed = path.strip("/")
        node = self._fixed.get(trimmed) or _walk(self._root, trimmed.split("/"), 0, held)
        if node is None:
            return None
        route, document = _of_method(node.methods, method), _of_method(node.documents, method)
        if route is None:
            return Found(document, held) if document is not None else {*node.methods, *node.documents}
        return Found(route, held, document)


def _of_method(routes: dict[str, Route], method: str) -> Route | None:
    return routes.get(method) or (routes.get("GET") if method == "HEAD" else None)


def _child(node: _Node, segment: str) -> _Node:
    if "{" not in segment:
        if segment not in node.branches:
            node.branches[segment] = _Node()
        return node.branches[segment]
    prefix, _, name = segment.removesuffix("}").partition("{")
    if prefix:
        node.prefixed = node.prefixed or _Node()
        node.prefix, child = prefix, node.prefixed
    else:
        child = node.parameter = node.parameter or _Node()
    if child.name not in ("", name):
        raise ValueError(f"{segment}: the same place is called {child.name} by another route")
    child.name = name
    return child


def _walk(node: _Node, segments: list[str], at: int, held: dict[str, str]) -> _Node | None:
    if at == len(segments):
        return node if node.methods or node.documents else None
    segment = segments[at]
    branch = node.branches.get(segment)
    if branch is not None and (found := _walk(branch, segments, at + 1, held)) is not None:
        return found
    behind = node.prefixed if node.prefixed is not None and segment.startswith(node.prefix) else None
    if behind is not None and (found := _walk(behind, segments, at + 1, held)) is not None:
        held[behind.name] = segment[len(node.prefix) :]
        return found
    if node.parameter is not None and segment:
        if node.parameter.name.endswith("..."):
            held[node.parameter.name.removesuffix("...")] = "/".join(segments[at:])
            return node.parameter
        if (found := _walk(node.parameter, segments, at + 1, held)) is not None:
            held[node.parameter.name] = segment
            return found
    return None
