"""Proofs inside documents: as published, there and back, and worth nothing once anything is changed."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bema.wire.activitypub.signatures import keys
from bema.wire.activitypub.signatures.canonical import Uncanonical, canonical
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.proofs import proof_of, prove

CREATED = 1_677_281_798_000  # 2023-02-24T23:36:38Z
ALICE = "https://server.example/users/alice"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"]
PUBLISHED = {
    "@context": CONTEXT,
    "type": "Create",
    "actor": ALICE,
    "object": {"type": "Note", "content": "Hello world"},
}
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": f"{ALICE}#ed25519-key",
    "proofPurpose": "assertionMethod",
    "proofValue": "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
    "created": "2023-02-24T23:36:38Z",
}
KEY = keys.public_key(keys.from_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def alice() -> SigningKey:
    """Return the key of the published example."""
    seed = keys.from_base58("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
    return SigningKey(f"{ALICE}#ed25519-key", Ed25519PrivateKey.from_private_bytes(seed))


def holds(thing: dict[str, Any]) -> bool:
    """Tell whether a document is what Alice said."""
    proof = proof_of(thing)
    return proof is not None and proof.holds(KEY)


def test_the_published_example_is_believed() -> None:
    """FEP-8b32 gives a document with the key that signed it; its signature is also what the key makes of these bytes."""
    assert holds({**PUBLISHED, "proof": PROOF})
    assert holds({**PUBLISHED, "proof": [PROOF]})
    proof = proof_of({**PUBLISHED, "proof": PROOF})
    assert proof is not None
    assert (proof.key_id, proof.created_at) == (f"{ALICE}#ed25519-key", CREATED)
    assert alice().sign(proof.said[0]) == proof.signature


def test_a_proof_is_written_so_that_both_readings_of_the_rule_believe_it() -> None:
    """It names its context: then nobody has to guess whether that belongs to what is signed."""
    proven = prove(PUBLISHED, alice(), CREATED)
    assert {name: proven["proof"][name] for name in PROOF if name != "proofValue"} == {
        name: PROOF[name] for name in PROOF if name != "proofValue"
    }
    assert proven["proof"]["@context"] == proven["@context"] == CONTEXT
    assert holds(proven)
    unnamed = {name: value for name, value in proven["proof"].items() if name != "@context"}
    assert holds({**proven, "proof": unnamed})  # as Fedify writes it


@pytest.mark.parametrize(
    "context", [None, "https://evil.example", [{"content": "as:summary"}, *CONTEXT], CONTEXT[:1], []]
)
def test_origin_context_redefinition(context: Any) -> None:
    """CVE-2026-42462: the context that was signed is the one that the document has; another gives words another sense."""
    proven = prove(PUBLISHED, alice(), CREATED)
    assert not holds({**proven, "@context": context})


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "https://server.example/users/bob"},
        {"object": {"type": "Note", "content": "Hello world!"}},
        {"more": 1},
        {"@context": CONTEXT[:1]},
        {"proof": {**PROOF, "created": "2026-02-24T23:36:38Z"}},
        {"proof": {**PROOF, "proofPurpose": "authentication"}},
        {"proof": {**PROOF, "cryptosuite": "eddsa-rdfc-2022"}},
        {"proof": {**PROOF, "type": "RsaSignature2017"}},
        {"proof": {**PROOF, "verificationMethod": "https://server.example/users/bob#ed25519-key"}},
        {"proof": {**PROOF, "more": 1}},
        {"proof": {**PROOF, "@context": ["https://evil.example"]}},
        {"proof": {**PROOF, "proofValue": str(PROOF["proofValue"])[:-1] + "3"}},
        {"proof": {**PROOF, "proofValue": "z"}},
        {"proof": {**PROOF, "proofValue": "u" + "A" * 80}},
        {"proof": {**PROOF, "created": "today"}},
        {"proof": {**PROOF, "verificationMethod": "did:key:z6Mk"}},
        {"proof": [PROOF, PROOF]},
        {"proof": "yes"},
        {"proof": None},
    ],
)
def test_origin_nothing_can_be_changed_in_what_is_proven(change: dict[str, Any]) -> None:
    """Not the document, not its context, not what the proof says about itself."""
    assert not holds({**PUBLISHED, "proof": PROOF, **change})


def test_only_ed25519_proves() -> None:
    """A key of another kind says nothing, whatever the bytes."""
    proof = proof_of({**PUBLISHED, "proof": PROOF})
    assert proof is not None
    assert not proof.holds(keys.public_key(keys.made("rsa")[1]))


@given(st.dictionaries(st.text().filter(lambda name: name not in ("proof", "@context")), JSON, max_size=5))
def test_whatever_is_proven_is_believed_after_a_journey(thing: dict[str, Any]) -> None:
    """Written as JSON and read again, in any order; but for halves of characters, which no document has."""
    try:
        proven = prove(thing, alice(), CREATED)
    except Uncanonical:
        return
    assert holds(json.loads(json.dumps(dict(reversed(proven.items())))))


@given(JSON)
def test_garbage_is_no_proof(garbage: Any) -> None:
    """And nothing else happens."""
    for thing in (
        {**PUBLISHED, "proof": garbage},
        {"proof": {**PROOF, "proofValue": garbage}},
        {"proof": {**PROOF, "x": garbage}},
    ):
        assert not holds(thing)


# --- The canonical form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (333333333.33333329, "333333333.3333333"), (1e30, "1e+30"), (4.50, "4.5"), (2e-3, "0.002"), (1e-27, "1e-27"),
        (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (-5e-324, "-5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"), (-9007199254740992, "-9007199254740992"), (120.5, "120.5"), (10, "10"),
        (295147905179352830000, "295147905179352830000"), (1424953923781206.2, "1424953923781206.2"),
        (9.999999999999997e22, "9.999999999999997e+22"), (1e23, "1e+23"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
        (9.999999999999997e-7, "9.999999999999997e-7"), (0.000001, "0.000001"), (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_published(number: float, text: str) -> None:
    """Appendix B of RFC 8785."""
    assert canonical(number).decode() == text


def test_texts_and_names_are_written_as_published() -> None:
    """Sections 3.2.2 and 3.2.3 of RFC 8785: names in the order of UTF-16, in which an emoji stands before a presentation form."""
    assert canonical("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/") == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical(dict.fromkeys(names, None)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical({"b": [None, True, False, {}], "a": "x"}) == b'{"a":"x","b":[null,true,false,{}]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "\ud800", {"\udfff": 1}, [object()]])
def test_what_json_cannot_say_has_no_canonical_form(value: Any) -> None:
    """It is refused rather than written in some way or other."""
    with pytest.raises(Uncanonical):
        canonical(value)
