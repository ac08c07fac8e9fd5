"""Digests of bodies: without one that is covered, a signature says nothing about what came with it."""

import hashlib
import hmac

from bema.wire.activitypub.signatures.fields import Item, dictionary, from_base64, to_base64
from bema.wire.activitypub.signatures.requests import refused

_ALGORITHMS = {"sha-256": "sha256", "sha-512": "sha512"}


def digest(body: bytes) -> str:
    """Write the `Digest` of a body (RFC 3230), its name in capitals: some compare it so."""
    return f"SHA-256={to_base64(hashlib.sha256(body).digest())}"


def check_digest(header: str, body: bytes) -> None:
    """Refuse a body that is not the one of its `Digest`."""
    checked = False
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        algorithm = _ALGORITHMS.get(name.lower())
        if algorithm is not None:
            _compare(algorithm, from_base64(value), body)
            checked = True
    if not checked:
        raise refused("the digest of its body is of no kind that is known here")


def content_digest(body: bytes) -> str:
    """Write the `Content-Digest` of a body (RFC 9530)."""
    return f"sha-256=:{to_base64(hashlib.sha256(body).digest())}:"


def check_content_digest(header: str, body: bytes) -> None:
    """Refuse a body that is not the one of its `Content-Digest`."""
    checked = False
    for name, each in dictionary(header).items():
        algorithm = _ALGORITHMS.get(name)
        if algorithm is not None:
            if not isinstance(each, Item) or not isinstance(each.value, bytes):
                raise refused("the digest of its body cannot be read")
            _compare(algorithm, each.value, body)
            checked = True
    if not checked:
        raise refused("the digest of its body is of no kind that is known here")


def _compare(algorithm: str, said: bytes, body: bytes) -> None:
    if not hmac.compare_digest(said, hashlib.new(algorithm, body).digest()):
        raise refused("the body is another than its digest says")
