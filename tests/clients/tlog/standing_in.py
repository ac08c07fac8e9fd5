"""Stands in for `cryptography`, which is no WebAssembly: Node checks the one kind of signature that the judges ask about."""

import sys
from types import ModuleType
from typing import Self

import node_ed25519


class _Refused(Exception):  # noqa: N818 -- it stands in for `InvalidSignature`
    """A signature is wrong."""


class _PublicKey:
    """The one thing of `cryptography` that is asked for, done by Node."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @classmethod
    def from_public_bytes(cls, raw: bytes) -> Self:
        """Keep the key."""
        return cls(raw)

    def public_bytes_raw(self) -> bytes:
        """Return the key."""
        return self._raw

    def verify(self, signature: bytes, text: bytes) -> None:
        """Refuse a wrong signature."""
        if not node_ed25519.holds(self._raw, signature, text):
            raise _Refused


def _stand_in(name: str, **words: object) -> None:
    module = ModuleType(name)
    module.__dict__.update(words, __path__=[])
    sys.modules[name] = module


for _name in ("cryptography", "cryptography.hazmat", "cryptography.hazmat.primitives"):
    _stand_in(_name)
_stand_in("cryptography.hazmat.primitives.asymmetric")
_ED25519 = "cryptography.hazmat.primitives.asymmetric.ed25519"
_stand_in(_ED25519, Ed25519PublicKey=_PublicKey, Ed25519PrivateKey=type("Ed25519PrivateKey", (), {}))
_stand_in("cryptography.exceptions", InvalidSignature=_Refused)
