"""Proofs inside documents (FEP-8b32, cryptosuite eddsa-jcs-2022): who says something, whoever brought it.

A proof says nothing about when and to whom something is brought; who believes it looks at the date in it. Whether its own
context belongs to what is signed where it names none is understood in two ways: those of before 2024 (and the example of
FEP-8b32) leave it out, Fedify takes the document's. Both are read; what is written here names it, and is read by all.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bema.model import limits
from bema.model.federating import origin
from bema.model.ids import Millis
from bema.wire.activitypub.moments import moment as written
from bema.wire.activitypub.reading_shapes import moment
from bema.wire.activitypub.signatures.canonical import Uncanonical, canonical
from bema.wire.activitypub.signatures.keys import Malformed, PublicKey, SigningKey, base58, from_base58, verifies

_SUITE = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod"}
_CONTEXT = "https://w3id.org/security/data-integrity/v1"


class Proof(msgspec.Struct, frozen=True):
    """What a document claims by its proof: that the owner of a key said it."""

    key_id: str
    created_at: Millis
    said: tuple[bytes, ...]  # one of these
    signature: bytes

    def holds(self, key: PublicKey) -> bool:
        """Tell whether it is true, by this key."""
        return isinstance(key, Ed25519PublicKey) and any(verifies(key, self.signature, each) for each in self.said)


def proof_of(thing: Mapping[str, Any]) -> Proof | None:
    """Return the proof of a document, as it came; None where there is none of this kind, or more than one."""
    proof = thing.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict) or any(proof.get(name) != value for name, value in _SUITE.items()):
        return None
    key_id, created, value = proof.get("verificationMethod"), moment(proof.get("created")), proof.get("proofValue")
    if not isinstance(key_id, str) or len(key_id) > limits.URL_CHARACTERS or origin(key_id) is None:
        return None
    if created is None or not isinstance(value, str):
        return None
    terms = {name: each for name, each in proof.items() if name != "proofValue"}
    bare = {name: each for name, each in thing.items() if name != "proof"}
    readings = [terms]
    if "@context" in terms:
        if not _begins_with(bare.get("@context"), terms["@context"]):
            return None
        bare["@context"] = terms["@context"]
    elif "@context" in bare:
        readings.append({**terms, "@context": bare["@context"]})
    try:
        return Proof(key_id, created, tuple(_said(bare, each) for each in readings), from_base58(value))
    except (Malformed, Uncanonical, RecursionError):
        return None


def prove(thing: Mapping[str, Any], key: SigningKey, now: Millis) -> dict[str, Any]:
    """Return a document with a proof by an Ed25519 key, and the context that declares its words."""
    context = thing.get("@context", [])
    contexts = context if isinstance(context, list) else [context]
    bare = {**thing, "@context": contexts if _CONTEXT in contexts else [*contexts, _CONTEXT]}
    created = written(now // 1_000 * 1_000).replace(".000", "")
    terms = {"@context": bare["@context"], **_SUITE, "verificationMethod": key.id, "created": created}
    return {**bare, "proof": {**terms, "proofValue": base58(key.sign(_said(bare, terms)))}}


def _said(bare: Mapping[str, Any], terms: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(dict(terms))).digest() + hashlib.sha256(canonical(dict(bare))).digest()


def _begins_with(whole: object, part: object) -> bool:
    whole, part = (each if isinstance(each, list) else [each] for each in (whole, part))
    return whole[: len(part)] == part
