"""One request on its way through an edge: what came in, who asks, and the ways to the database."""

import asyncio
from collections.abc import Callable
from typing import IO, Any, Concatenate, ParamSpec, TypeVar

from bema.domain.verifying import Asker
from bema.edge.parts import Parts
from bema.edge.routes import Route
from bema.model.errors import NotFound, Unauthenticated
from bema.model.ids import AccountId, parse_id
from bema.model.permissions import Staff
from bema.model.site import Site
from bema.store.grants import Grant
from bema.store.sessions import Session
from bema.store.tx import Tx, WriteTx

P = ParamSpec("P")
T = TypeVar("T")


class Upload:
    """A file that came with a form: a large one lies on the disk until the request is answered."""

    __slots__ = ("_file", "content_type", "filename", "size")

    def __init__(self, filename: str, content_type: str, file: IO[bytes], size: int) -> None:
        self.filename, self.content_type, self.size = filename, content_type, size
        self._file = file

    async def head(self, size: int) -> bytes:
        """Read how it begins."""
        return await asyncio.to_thread(self._read, size)

    async def content(self) -> bytes:
        """Read all of it; only for what is known to be small, or must be in memory anyway."""
        return await asyncio.to_thread(self._read, -1)

    def opened(self) -> IO[bytes]:
        """Return the open file, at its beginning."""
        self._file.seek(0)
        return self._file

    def _read(self, size: int) -> bytes:
        return self.opened().read(size)


class Call:
    """A request. `grant` or `session` is set once the caller was authenticated."""

    __slots__ = (
        "address",
        "afterwards",
        "asker",
        "cookies_to_set",
        "count_again",
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
        "target",
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
        target: str = "",
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
        self.target = target  # path and query, as on the request line
        self.parameters: dict[str, object] = {}
        self.grant: Grant | None = None
        self.session: Session | None = None
        self.asker: Asker | None = None  # who of another server signed the request
        self.cookies_to_set: list[str] = []
        self.count_again: Callable[[], None] | None = (
            None  # under the limit of its route, where that has one of its own
        )
        self.afterwards: list[Callable[[], None]] = []  # what is to be let go of when the answer is made

    @property
    def site(self) -> Site:
        """The server's own addresses."""
        return self.parts.site

    @property
    def viewer(self) -> AccountId | None:
        """The account that looks, or None."""
        if self.grant is not None:
            return self.grant.account
        if self.asker is not None:
            return self.asker.account
        return self.session.account if self.session is not None else None

    @property
    def actor(self) -> AccountId:
        """The account that acts; nobody gets here without one."""
        viewer = self.viewer
        if viewer is None:
            raise Unauthenticated("This method requires an authenticated user")
        return viewer

    @property
    def staff(self) -> Staff:
        """Who of the staff acts; routes that ask for this have a permission."""
        if self.grant is not None and self.grant.role is not None:
            return Staff(self.grant.login, self.actor, self.grant.role)
        if self.session is not None:
            return Staff(self.session.login, self.session.account, self.session.role)
        raise Unauthenticated("This method requires an authenticated user")

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

    def count_as(self, requests: int) -> None:
        """Count this request as several, because it does the work of several; refuse it where that is too much."""
        if self.count_again is not None:
            for _ in range(requests - 1):
                self.count_again()

    async def read(self, op: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading operation."""
        return await self.parts.database.read(op, *args, **kwargs)

    async def write(self, op: Callable[Concatenate[WriteTx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing operation; when it returns, what it wrote is on the disk."""
        return await self.parts.database.write(op, *args, **kwargs)
