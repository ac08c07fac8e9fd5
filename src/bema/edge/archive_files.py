"""The archive of all that is somebody's, on its way to them: an ASGI application, as it can be larger than memory.

It is sent, whole or in part, to nobody but who is signed in for the account; to everybody else there is none.
"""

import re

from bema.domain import archiving
from bema.edge.answers import Header
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.files import Receive, Scope, Send, part_of
from bema.model import limits
from bema.model.errors import NotFound, Refusal
from bema.outside.blobs import Blobs
from bema.store import sessions
from bema.store.database import Database
from bema.store.tx import Tx

_NAMED = re.compile(r"/archives/([1-9][0-9]{0,17})\.zip", re.ASCII)
_ALWAYS: list[Header] = [
    (b"cache-control", b"private, no-store"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]


class ArchiveFiles:
    """Archives, each for its owner alone."""

    def __init__(self, blobs: Blobs, database: Database) -> None:
        self._blobs, self._database = blobs, database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take part in ASGI."""
        named, asked = _NAMED.fullmatch(scope["path"]), dict(scope["headers"])
        try:
            if scope["method"] not in ("GET", "HEAD"):
                raise Refusal("An archive can only be read", status=405)
            secret = _cookie(asked.get(b"cookie", b"").decode("latin-1"))
            key = None if named is None else await self._database.read(_own, secret, int(named[1]))
            if named is None or key is None:
                raise NotFound
            etag = b'"%s"' % key.rpartition("/")[2].partition(".")[0].encode()
            part = part_of(asked.get(b"range", b"")) if asked.get(b"if-range", etag) == etag else None
            blob = await self._blobs.get(key, part)
        except Refusal as refusal:
            sentence = refusal.message.encode()
            length = (b"content-length", b"%d" % len(sentence))
            headers = [(b"content-type", b"text/plain; charset=utf-8"), length, *_ALWAYS]
            await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else sentence})
            return
        headers = [
            (b"content-type", b"application/zip"),
            (b"content-disposition", b'attachment; filename="archive-%s.zip"' % named[1].encode()),
            (b"content-length", b"%d" % (blob.end - blob.start)),
            (b"accept-ranges", b"bytes"),
            (b"etag", etag),
            *_ALWAYS,
        ]
        if part is not None:
            headers.append((b"content-range", b"bytes %d-%d/%d" % (blob.start, blob.end - 1, blob.size)))
        await send({"type": "http.response.start", "status": 200 if part is None else 206, "headers": headers})
        if scope["method"] != "HEAD":
            async for chunk in blob.chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})


def _cookie(header: str) -> str:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for key, _, value in pairs if key == SESSION_COOKIE), "")


def _own(tx: Tx, secret: str, id_: int) -> str | None:
    """Return where an archive is stored, for who is signed in for its account, also where they are shut out."""
    if not 0 < len(secret) <= limits.HEADER_TOKEN_CHARACTERS:
        return None
    session = sessions.by_secret(tx, secret, tx.now - limits.SESSION_SECONDS * 1_000)
    found = None if session is None else archiving.archive_of(tx, session.account)
    return None if found is None or found.id != id_ else found.key
