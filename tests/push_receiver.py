"""A push service and the device behind it, in one: it takes messages over HTTP and reads them as RFC 8291 and its draft say.

Written with a library's HKDF rather than ours, so that both would have to be wrong in the same way.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Device:
    """The keys of a device, and how it reads what is meant for it."""

    def __init__(
        self, private_key: ec.EllipticCurvePrivateKey | None = None, auth: bytes = b"sixteen bytes ok"
    ) -> None:
        self.private_key = private_key or ec.generate_private_key(ec.SECP256R1())
        self.auth = auth
        self.public = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def keys(self) -> dict[str, str]:
        """The keys as browsers give them."""
        return {"p256dh": text(self.public), "auth": text(self.auth)}

    def read(self, body: bytes) -> bytes:
        """Decrypt aes128gcm."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(body) <= size
        ikm = hkdf(self.auth, self._shared(sender), b"WebPush: info\0" + self.public + sender, 32)
        key = hkdf(salt, ikm, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, ikm, b"Content-Encoding: nonce\0", 12)
        opened = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert opened.endswith(b"\x02")
        return opened[:-1]

    def read_draft(self, body: bytes, salt: bytes, sender: bytes) -> bytes:
        """Decrypt aesgcm."""
        ikm = hkdf(self.auth, self._shared(sender), b"Content-Encoding: auth\0", 32)
        context = b"P-256\0" + b"\0\x41" + self.public + b"\0\x41" + sender
        key = hkdf(salt, ikm, b"Content-Encoding: aesgcm\0" + context, 16)
        nonce = hkdf(salt, ikm, b"Content-Encoding: nonce\0" + context, 12)
        opened = AESGCM(key).decrypt(nonce, body, None)
        return opened[2 + int.from_bytes(opened[:2], "big") :]

    def _shared(self, sender: bytes) -> bytes:
        return self.private_key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )


class Sent(NamedTuple):
    """What arrived at the push service."""

    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    def read_by(self, device: Device) -> dict[str, Any]:
        """Read it as the device does, by the encoding that it names."""
        if self.headers["content-encoding"] == "aes128gcm":
            return dict(json.loads(device.read(self.body)))
        assert self.headers["content-encoding"] == "aesgcm"
        salt = parameter(self.headers["encryption"], "salt")
        return dict(json.loads(device.read_draft(self.body, salt, parameter(self.headers["crypto-key"], "dh"))))


class PushService:
    """Takes messages on the loopback interface; `answers` are its next statuses, then 201."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.origin = f"http://127.0.0.1:{server.server_address[1]}"
        self.sent: list[Sent] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.before_answering: Callable[[], object] = lambda: None  # what takes so long there

    def take(self, sent: Sent) -> tuple[int, dict[str, str]]:
        """Note a message, and say what is answered."""
        self.sent.append(sent)
        self.before_answering()
        return self.answers.pop(0) if self.answers else (201, {})


@contextmanager
def push_service() -> Iterator[PushService]:
    """Run a push service in a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = service.take(Sent(self.path, headers, body))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


def hkdf(salt: bytes, ikm: bytes, info: bytes, length: int) -> bytes:
    """Derive a key."""
    return HKDF(SHA256(), length, salt, info).derive(ikm)


def parameter(header: str, name: str) -> bytes:
    """Read a parameter of the draft's headers."""
    parts = dict(part.strip().split("=", 1) for part in header.replace(",", ";").split(";"))
    return raw(parts[name].strip('"'))


def text(content: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def raw(content: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


def private_key(content: str) -> ec.EllipticCurvePrivateKey:
    """Read a private key as the RFC prints it."""
    return ec.derive_private_key(int.from_bytes(raw(content), "big"), ec.SECP256R1())
