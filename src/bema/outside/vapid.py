"""The key that signs web push (RFC 8292): made from the server's secret, so that it is the same after a restore."""

import base64
import hmac
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bema.model import limits
from bema.model.ids import Millis

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256's group


@lru_cache(maxsize=8)
def signing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key."""
    digest = hmac.digest(secret, b"bema web push 1", "sha512")  # twice as long as the order: no value is favoured
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=8)
def public_key(secret: bytes) -> str:
    """Return the public key as browsers take it: the uncompressed point in URL-safe base64 without padding."""
    point = signing_key(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


class Signer:
    """Signs, for one push service at a time, that it is this server that sends; a signature is used for hours."""

    def __init__(self, secret: bytes, contact: str) -> None:
        self.public_key = public_key(secret)
        self._key = signing_key(secret)
        self._contact = contact  # an address (mailto: or https:) where a push service complains
        self._signed: dict[str, tuple[int, str]] = {}

    def token(self, endpoint: str, now: Millis) -> str:
        """Return a token (RFC 8292, section 2) for the push service of an endpoint."""
        url = urlsplit(endpoint)
        origin = f"{url.scheme}://{url.netloc}"
        seconds = now // 1_000
        expires, token = self._signed.get(origin, (0, ""))
        if expires - seconds < limits.VAPID_SECONDS // 2:
            if len(self._signed) >= limits.VAPID_ORIGINS:
                self._signed.clear()
            expires = seconds + limits.VAPID_SECONDS
            token = self._sign({"aud": origin, "exp": expires, "sub": self._contact})
            self._signed[origin] = (expires, token)
        return token

    def _sign(self, claims: dict[str, object]) -> str:
        said = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
        r, s = decode_dss_signature(self._key.sign(said.encode(), ec.ECDSA(SHA256())))
        return f"{said}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _part(value: dict[str, object]) -> str:
    return _text(msgspec.json.encode(value))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
