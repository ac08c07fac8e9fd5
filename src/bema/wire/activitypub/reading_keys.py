"""Reading of keys: what a document says that its owner signs with."""

import base64

from bema.model import limits
from bema.model.federating import RemoteKey, same_origin
from bema.wire.activitypub import reading_shapes as shapes
from bema.wire.activitypub.reading_shapes import Object

_MOST = 5  # keys of a kind that are read
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec
_SPKI = bytes.fromhex("302a300506032b6570032100")  # what stands before the 32 bytes of an Ed25519 key (RFC 8410)


def keys(thing: Object) -> list[RemoteKey]:
    """Read the keys that an actor's document says are its own: RSA under `publicKey`, Ed25519 as a Multikey.

    A key of another server is left out: nobody names the keys of others as theirs.
    """
    uri = shapes.id_of(thing.get("id"))
    if uri is None:
        return []
    found = []
    for each in [*shapes.objects(thing.get("publicKey"))][:_MOST]:
        pem, name = each.get("publicKeyPem"), shapes.id_of(each.get("id"))
        owner = shapes.id_of(each.get("owner", each.get("controller"))) or uri
        if isinstance(pem, str) and 0 < len(pem) <= limits.REMOTE_KEY_CHARACTERS and name and owner == uri:
            found.append(RemoteKey(name, owner, "rsa", pem))
    for each in [*shapes.objects(thing.get("assertionMethod"))][:_MOST]:
        pem, name = _ed25519(each.get("publicKeyMultibase")), shapes.id_of(each.get("id"))
        if pem is not None and name and shapes.id_of(each.get("controller")) == uri:
            found.append(RemoteKey(name, uri, "ed25519", pem))
    return [key for key in found if same_origin(key.uri, uri)]


def _ed25519(multibase: object) -> str | None:
    """Return an Ed25519 key as PEM, out of its Multikey in base58."""
    if not isinstance(multibase, str) or len(multibase) != 48 or not multibase.startswith("z"):
        return None
    value = 0
    for sign in multibase[1:]:
        digit = _ALPHABET.find(sign)
        if digit < 0:
            return None
        value = value * 58 + digit
    if value >> 8 * 34 or (raw := value.to_bytes(34)).removeprefix(_ED25519) == raw:
        return None
    body = base64.b64encode(_SPKI + raw[2:]).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
