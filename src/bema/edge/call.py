"""One request on its way through an edge: what came in, who asks, and the ways to the database."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from bema.edge.parts import Parts
from bema.edge.routes import Route
from bema.model.errors import NotFound, Unauthenticated
from bema.model.ids import AccountId, parse_id
from bema.model.site import Site
from bema.store.grants import Grant
from bema.store.sessions import Session
from bema.store.tx import Tx, WriteTx

P = ParamSpec("P")
T = TypeVar("T")


class Upload:
    """A file that came with a form."""

    __slots__ = ("content", "content_type", "filename")

    def __init__(self, filename: str, content_type: str, content: bytes) -> None:
        self.filename, self.content_type, self.content = filename, content_type, content


class Call:
    """A request. `grant` or `session` is set once the caller was authenticated."""

    __slots__ = (
        "address",
        "cookies_to_set",
        "grant",
        "headers",
        "id",
        "method",
        "parameters",
        "parts",
        "path",
        "path_values",
        "query_string",
        "route",
        "secure",
        "session",
    )

    def __init__(
        self,
        parts: Parts,
        route: Route,
        *,
        id_: str,
        method: str,
        path: str,
        path_values: dict[str, str],
        query_string: bytes,
        headers: dict[bytes, bytes],
        address: str,
        secure: bool,
    ) -> None:
        self.parts = parts
        self.route = route
        self.id = id_
        self.method = method
        self.path = path
        self.path_values = path_values
        self.query_string = query_string
        self.headers = headers
        self.address = address  # of the client, believed proxies looked through
        self.secure = secure
        self.parameters: dict[str, object] = {}
        self.grant: Grant | None = None
        self.session: Session | None = None
        self.cookies_to_set: list[str] = []

    @property
    def site(self) -> Site:
        """The server's own addresses."""
        return self.parts.site

    @property
    def viewer(self) -> AccountId | None:
        """The account that looks, or None."""
        if self.grant is not None:
            return self.grant.account
        return self.session.account if self.session is not None else None

    @property
    def actor(self) -> AccountId:
        """The account that acts; nobody gets here without one."""
        viewer = self.viewer
        if viewer is None:
            raise Unauthenticated("This method requires an authenticated user")
        return viewer

    def path_id(self, name: str = "id") -> Any:
        """Read an id from the path; what cannot be an id looks like one that does not exist."""
        id_ = parse_id(self.path_values[name])
        if id_ is None:
            raise NotFound
        return id_

    def header(self, name: bytes) -> str:
        """Return a header's text, or an empty one."""
        return self.headers.get(name, b"").decode("latin-1")

    def cookie(self, name: str) -> str | None:
        """Return a cookie's value."""
        for part in self.header(b"cookie").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return None

    def set_cookie(self, name: str, value: str, *, seconds: int | None) -> None:
        """Set a cookie with the answer, that no script and no other site can use; without `seconds`, until the browser closes."""
        self.cookies_to_set = [each for each in self.cookies_to_set if not each.startswith(f"{name}=")]
        life = "" if seconds is None else f"; Max-Age={seconds}"
        secure = "; Secure" if self.site.scheme == "https" else ""
        self.cookies_to_set.append(f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{life}{secure}")

    async def read(self, op: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading operation."""
        return await self.parts.database.read(op, *args, **kwargs)

    async def write(self, op: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing operation; when it returns, what it wrote is on the disk."""
        return await self.parts.database.write(op, *args, **kwargs)
