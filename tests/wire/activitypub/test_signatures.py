"""Signatures of requests, in both ways: as published, between ourselves, and against whoever signs less than they should."""

import base64
import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model.federating import SignatureStyle
from bema.wire.activitypub.signatures import cavage, keys, messages
from bema.wire.activitypub.signatures.claims import claim_of, sign
from bema.wire.activitypub.signatures.fields import dictionary, from_base64, http_date, read_http_date
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.requests import Request, Unsigned

NOW = 1_767_225_600_000
HOUR = 3_600_000
STYLES = list(SignatureStyle)
RSA, OTHER_RSA, ED25519 = keys.made("rsa"), keys.made("rsa"), keys.made("ed25519")
BODY = b'{"type":"Create"}'
INBOX = Request(method="POST", scheme="https", host="square.example", target="/inbox", body=BODY)
QUESTION = Request(method="GET", scheme="https", host="square.example", target="/users/ann/outbox?page=true")


def signing(pair: tuple[str, str] = RSA) -> SigningKey:
    """Return the key of somebody elsewhere."""
    return SigningKey("https://other.example/users/bob#main-key", keys.private_key(pair[0]))


def arrived(request: Request, made: dict[str, str], **more: str) -> Request:
    """Return a signed request as it comes in."""
    headers = {"host": request.host, **{name.lower(): value for name, value in made.items()}, **more}
    return msgspec.structs.replace(request, headers=headers)


def signed(style: SignatureStyle, request: Request = INBOX, now: int = NOW) -> Request:
    """Sign a request, and return it as it comes in."""
    return arrived(request, sign(style, request, signing(), now))


def changed(request: Request, **more: Any) -> Request:
    """Return a request that was changed on its way; `_` in names of headers stands for `-`."""
    headers = dict(request.headers)
    for name in list(more):
        if name not in ("method", "target", "body", "host"):
            value = more.pop(name)
            headers.pop(name.replace("_", "-"), None)
            if value is not None:
                headers[name.replace("_", "-")] = value
    return msgspec.structs.replace(request, headers=headers, **more)


def is_proven(request: Request, pair: tuple[str, str] = RSA, now: int = NOW) -> bool:
    """Tell whether a request is by the owner of the key."""
    return claim_of(request, now).holds(keys.public_key(pair[1]))


# --- Between ourselves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("request_", [INBOX, QUESTION], ids=["post", "get"])
@pytest.mark.parametrize("pair", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_what_is_signed_here_is_believed(style: SignatureStyle, request_: Request, pair: tuple[str, str]) -> None:
    """With the key that signed it, and with no other."""
    request = arrived(request_, sign(style, request_, signing(pair), NOW))
    claim = claim_of(request, NOW)
    assert (claim.key_id, claim.style) == ("https://other.example/users/bob#main-key", style)
    assert claim.holds(keys.public_key(pair[1]))
    assert not claim.holds(keys.public_key(OTHER_RSA[1]))
    assert not claim.holds(keys.public_key(keys.made("ed25519")[1]))


def test_what_goes_out_is_what_servers_demand() -> None:
    """Names in the order that others expect, the digest's name in capitals, the date in the one form of HTTP."""
    posted = sign(SignatureStyle.CAVAGE, INBOX, signing(), NOW)
    assert posted["Digest"] == "SHA-256=" + base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    assert posted["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert posted["Signature"].startswith(
        'keyId="https://other.example/users/bob#main-key",algorithm="rsa-sha256",'
        'headers="(request-target) host date digest",signature="'
    )
    assert 'headers="(request-target) host date",' in sign(SignatureStyle.CAVAGE, QUESTION, signing(), NOW)["Signature"]
    newer = sign(SignatureStyle.MESSAGE, INBOX, signing(), NOW)
    assert newer["Signature-Input"] == (
        'sig1=("@method" "@target-uri" "content-digest");created=1767225600;'
        'keyid="https://other.example/users/bob#main-key";alg="rsa-v1_5-sha256"'
    )
    assert newer["Content-Digest"].startswith("sha-256=:")


# --- As published -----------------------------------------------------------------------------------------------------

DRAFT_KEY = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----"""
C2_SIGNATURE = (
    "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3"
    "nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="
)
C3_SIGNATURE = (
    "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48Xa"
    "ERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="
)
DRAFT_REQUEST = Request(
    method="POST",
    scheme="https",
    host="example.com",
    target="/foo?param=value&pet=dog",
    headers={
        "host": "example.com",
        "date": "Sun, 05 Jan 2014 21:31:40 GMT",
        "content-type": "application/json",
        "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "content-length": "18",
    },
    body=b'{"hello": "world"}',
)


@pytest.mark.parametrize(
    ("names", "signature"),
    [
        (
            "(request-target) host date",
            C2_SIGNATURE,
        ),
        (
            "(request-target) host date content-type digest content-length",
            C3_SIGNATURE,
        ),
    ],
)
def test_the_drafts_own_examples_are_believed(names: str, signature: str) -> None:
    """Appendix C.2 and C.3 of draft-cavage-http-signatures-12."""
    base = cavage.said(DRAFT_REQUEST, names.split(), {})
    assert keys.verifies(keys.public_key(DRAFT_KEY), base64.b64decode(signature), base)


def test_the_drafts_whole_example_is_believed() -> None:
    """The one of C.3 covers all that we demand; its key has an address here."""
    covered = "(request-target) host date content-type digest content-length"
    header = f'keyId="https://example.com/key",algorithm="rsa-sha256",headers="{covered}",signature="{C3_SIGNATURE}"'
    request = changed(DRAFT_REQUEST, signature=header)
    assert claim_of(request, 1_388_957_500_000).holds(keys.public_key(DRAFT_KEY))
    assert not claim_of(changed(request, target="/bar"), 1_388_957_500_000).holds(keys.public_key(DRAFT_KEY))


def test_the_rfcs_own_example_is_believed_and_written() -> None:
    """Appendix B.2.6 of RFC 9421: Ed25519, which always gives the same signature."""
    request = Request(
        method="POST",
        scheme="https",
        host="example.com",
        target="/foo?param=Value&Pet=dog",
        headers={
            "date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "content-type": "application/json",
            "content-length": "18",
        },
    )
    secret = (
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n"
        "-----END PRIVATE KEY-----"
    )
    public = (
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"
        "-----END PUBLIC KEY-----"
    )
    signature = base64.b64decode(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    said = messages.base(
        request,
        ["date", "@method", "@path", "@authority", "content-type", "content-length"],
        {"created": 1_618_884_473, "keyid": "test-key-ed25519"},
    )
    assert keys.verifies(keys.public_key(public), signature, said)
    assert SigningKey("test-key-ed25519", keys.private_key(secret)).sign(said) == signature


# --- Against whoever signs less, or something else --------------------------------------------------------------------

OTHER_BODY = b'{"type":"Delete"}'
OTHER_DIGEST = "SHA-256=" + base64.b64encode(hashlib.sha256(OTHER_BODY).digest()).decode()
OTHER_CONTENT_DIGEST = "sha-256=:" + base64.b64encode(hashlib.sha256(OTHER_BODY).digest()).decode() + ":"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "change",
    [
        {"body": OTHER_BODY},
        {"body": OTHER_BODY, "digest": OTHER_DIGEST, "content_digest": OTHER_CONTENT_DIGEST},
        {"body": b""},
        {"target": "/users/ann/inbox"},
        {"target": "/inbox?more"},
        {"method": "PUT"},
        {"host": "third.example"},
    ],
    ids=["body", "body and digest", "no body", "target", "query", "method", "our host"],
)
def test_sigx_nothing_that_matters_can_be_changed_on_the_way(style: SignatureStyle, change: dict[str, Any]) -> None:
    """Body, target, method and host are covered, and compared with what came."""
    try:
        assert not is_proven(changed(signed(style), **change))
    except Unsigned:
        pass


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("age", "comes"), [(-HOUR, True), (-HOUR - 2_000, False), (12 * HOUR, True), (13 * HOUR, False)]
)
def test_sigx_what_is_old_or_from_the_future_is_refused(style: SignatureStyle, age: int, comes: bool) -> None:
    """An hour ahead and twelve behind are borne with, as on Mastodon; who captured a request can repeat it no later."""
    request = signed(style, now=NOW - age)
    if comes:
        assert is_proven(request)
    else:
        with pytest.raises(Unsigned):
            claim_of(request, NOW)


def test_sigx_what_was_said_to_another_server_is_refused() -> None:
    """Whoever is written to could bring it here as its own."""
    for style in STYLES:
        elsewhere = msgspec.structs.replace(INBOX, host="third.example")
        made = sign(style, elsewhere, signing(), NOW)
        for host in ("third.example", "square.example"):
            try:
                assert not is_proven(arrived(INBOX, made, host=host))
            except Unsigned:
                pass


@pytest.mark.parametrize("left_out", ["(request-target)", "host", "date", "digest"])
def test_sigx_every_part_that_we_demand_must_be_covered(left_out: str) -> None:
    """A verifier that believes what the sender chose to cover believes anything."""
    names = [name for name in ("(request-target)", "host", "date", "digest") if name != left_out]
    whole = arrived(INBOX, sign(SignatureStyle.CAVAGE, INBOX, signing(), NOW))
    signature = base64.b64encode(signing().sign(cavage.said(whole, names, {}))).decode()
    header = f'keyId="https://other.example/users/bob#main-key",headers="{" ".join(names)}",signature="{signature}"'
    with pytest.raises(Unsigned):
        claim_of(changed(whole, signature=header), NOW)
    if left_out == "date":
        with pytest.raises(Unsigned):
            claim_of(changed(whole, signature=header.replace(' headers=""', "")), NOW)


@pytest.mark.parametrize("left_out", ["@method", "@target-uri", "content-digest", "created"])
def test_sigx_every_part_that_we_demand_must_be_covered_in_the_newer_way(left_out: str) -> None:
    """The same for RFC 9421, whose senders choose as freely."""
    whole = arrived(INBOX, sign(SignatureStyle.MESSAGE, INBOX, signing(), NOW))
    names = [name for name in ("@method", "@target-uri", "content-digest") if name != left_out]
    parameters: dict[str, Any] = {"created": NOW // 1_000, "keyid": "https://other.example/users/bob#main-key"}
    parameters = {name: value for name, value in parameters.items() if name != left_out}
    signature = base64.b64encode(signing().sign(messages.base(whole, names, parameters))).decode()
    covered = " ".join(f'"{name}"' for name in names)
    said = "".join(
        f";{name}={value}" if name == "created" else f';{name}="{value}"' for name, value in parameters.items()
    )
    with pytest.raises(Unsigned):
        claim_of(changed(whole, signature_input=f"sig1=({covered}){said}", signature=f"sig1=:{signature}:"), NOW)


ONE = sign(SignatureStyle.CAVAGE, INBOX, signing(), NOW)["Signature"]
NEW = sign(SignatureStyle.MESSAGE, INBOX, signing(), NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Signature",
        f"{ONE},{ONE}",
        f"{ONE}, {ONE}",
        f'{ONE},keyId="https://square.example/users/ann#main-key"',
        ONE.replace("rsa-sha256", "rsa-sha1"),
        ONE.replace("rsa-sha256", "none"),
        ONE.replace("rsa-sha256", "hmac-sha256"),
        ONE.replace("host date", "host  date"),
        ONE.replace("host date", "host date date"),
        ONE.replace("host date", "host date x-missing"),
        ONE.replace("host date", "host date\n"),
        ONE.replace("https://other.example/users/bob#main-key", "bob"),
        ONE.replace("https://other.example", "https://square.example@other.example"),
        ONE.replace("https://", "file:///"),
        ONE.replace('="', "="),
        ONE.replace('signature="', 'signature=" '),
        ONE.replace('signature="', 'signature="=='),
        ONE.rstrip('"=') + '"',
        ONE + "," * 3,
        ONE + ',x="' + "y" * 9_000 + '"',
        ",".join(f'p{"x" * n}="1"' for n in range(40)) + "," + ONE,
    ],
)
def test_sigx_what_can_be_read_in_two_ways_is_refused(header: str) -> None:
    """Two signatures, a part twice, an unknown algorithm, another spelling: nothing is made the best of."""
    request = changed(arrived(INBOX, sign(SignatureStyle.CAVAGE, INBOX, signing(), NOW)), signature=header)
    with pytest.raises(Unsigned):
        claim_of(request, NOW)


@pytest.mark.parametrize(
    ("input_", "signature"),
    [
        (f"{NEW['Signature-Input']}, {NEW['Signature-Input'].replace('sig1', 'sig2')}", NEW["Signature"]),
        (NEW["Signature-Input"], f"{NEW['Signature']}, sig2=:AAAA:"),
        (NEW["Signature-Input"].replace("sig1", "sig2"), NEW["Signature"]),
        (f"{NEW['Signature-Input']}, {NEW['Signature-Input']}", NEW["Signature"]),
        (NEW["Signature-Input"].replace('"@method"', '"@method";req'), NEW["Signature"]),
        (NEW["Signature-Input"].replace('"@method"', '"@method" "@method"'), NEW["Signature"]),
        (NEW["Signature-Input"].replace('"@method"', '"@query-param";name="x" "@method"'), NEW["Signature"]),
        (NEW["Signature-Input"].replace('"@method"', '"@status" "@method"'), NEW["Signature"]),
        (NEW["Signature-Input"].replace('"@method"', '"@METHOD"'), NEW["Signature"]),
        (NEW["Signature-Input"].replace("rsa-v1_5-sha256", "hmac-sha256"), NEW["Signature"]),
        (NEW["Signature-Input"].replace("created=1767225600", 'created="1767225600"'), NEW["Signature"]),
        (NEW["Signature-Input"].replace("created=1767225600", "created"), NEW["Signature"]),
        (NEW["Signature-Input"] + ";expires=1767225599", NEW["Signature"]),
        (NEW["Signature-Input"] + ";created=1767225600", NEW["Signature"]),
        (NEW["Signature-Input"], "sig1=AAAA"),
        (NEW["Signature-Input"], "sig1"),
        ("sig1", NEW["Signature"]),
        ("", NEW["Signature"]),
        (NEW["Signature-Input"] + ",", NEW["Signature"]),
    ],
)
def test_sigx_what_can_be_read_in_two_ways_is_refused_in_the_newer_way_too(input_: str, signature: str) -> None:
    """The same for RFC 9421; parameters that change what a part means are not guessed at."""
    whole = arrived(INBOX, NEW)
    with pytest.raises(Unsigned):
        claim_of(changed(whole, signature_input=input_, signature=signature), NOW)


@pytest.mark.parametrize("text", ["QR==", "QQ=", "QQ", "QQ==\n", " QQ==", "QQ==QQ==", "Q-==", "Q"])
def test_sigx_base64_has_one_spelling(text: str) -> None:
    """Bytes that are left over, spaces and other alphabets would let the same signature look like another one."""
    assert from_base64("QQ==") == b"A"
    with pytest.raises(Unsigned):
        from_base64(text)


def test_sigx_the_kind_of_key_is_not_the_senders_to_choose() -> None:
    """An algorithm that does not fit the key proves nothing."""
    request = signed(SignatureStyle.CAVAGE)
    as_ed25519 = changed(request, signature=request.headers["signature"].replace("rsa-sha256", "ed25519"))
    assert not is_proven(as_ed25519)
    assert not is_proven(as_ed25519, ED25519)


def test_older_servers_leave_the_query_out() -> None:
    """Mastodon before 4.3 signs questions so; of what brings something, the whole target counts."""
    without = msgspec.structs.replace(QUESTION, target=QUESTION.path)
    request = msgspec.structs.replace(signed(SignatureStyle.CAVAGE, without), target=QUESTION.target)
    assert is_proven(request)
    posted = msgspec.structs.replace(signed(SignatureStyle.CAVAGE), target="/inbox?x=1")
    assert not is_proven(posted)


def test_a_digest_of_several_kinds_must_be_right_in_each_that_is_known() -> None:
    """As they came from one server, which knows what it sent."""
    right = sign(SignatureStyle.CAVAGE, INBOX, signing(), NOW)["Digest"]
    made = sign(SignatureStyle.CAVAGE, INBOX, signing(), NOW)
    for value, fine in ((f"{right},unixsum=3", True), ("unixsum=3", False), (f"{right}, {OTHER_DIGEST}", False)):
        request = arrived(INBOX, made, digest=value)
        names = ["(request-target)", "host", "date", "digest"]
        signature = base64.b64encode(signing().sign(cavage.said(request, names, {}))).decode()
        header = f'keyId="https://other.example/k",headers="{" ".join(names)}",signature="{signature}"'
        if fine:
            assert is_proven(changed(request, signature=header))
        else:
            with pytest.raises(Unsigned):
                claim_of(changed(request, signature=header), NOW)


TEXTS = st.text(st.characters(max_codepoint=0x17F), max_size=60)
SIGNS = [
    "keyId=",
    '"',
    "=",
    ",",
    "(",
    ")",
    ";",
    ":",
    "\\",
    "sig1=",
    "sig1",
    "created=1767225600",
    "headers=",
    " ",
    "AAAA",
    "?1",
]
NAMES = ['"@method"', '"content-digest"', "(request-target)", "host", "date"]
PIECES = st.sampled_from([*SIGNS, *NAMES, ONE, NEW["Signature"], NEW["Signature-Input"]])
HEADERS = st.lists(PIECES | TEXTS, max_size=12).map("".join)


@given(signature=HEADERS, input_=st.none() | HEADERS, digest=HEADERS, date=HEADERS, content_digest=HEADERS)
def test_garbage_is_refused_and_nothing_else(
    signature: str, input_: str | None, digest: str, date: str, content_digest: str
) -> None:
    """Whatever stands in the headers: a claim that does not hold, or a refusal."""
    more = {} if input_ is None else {"signature-input": input_}
    headers = {"host": "square.example", "signature": signature, "digest": digest, "date": date, **more}
    request = msgspec.structs.replace(INBOX, headers={**headers, "content-digest": content_digest})
    try:
        claim = claim_of(request, NOW)
    except Unsigned:
        return
    assert not claim.holds(keys.public_key(OTHER_RSA[1]))


@given(st.binary(max_size=3_000) | st.text(max_size=3_000))
def test_garbage_is_no_key(pem: bytes | str) -> None:
    """Whatever others publish as theirs: a key, or a refusal."""
    text = (
        pem
        if isinstance(pem, str)
        else "-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(pem).decode() + "\n-----END PUBLIC KEY-----"
    )
    for read in (keys.public_key, keys.from_multikey):
        with pytest.raises(keys.Malformed):
            read(text)


def test_keys_that_can_be_broken_or_cost_too_much_are_refused() -> None:
    """512 bits were broken long ago; 16,384 would take a core for each request."""
    from cryptography.hazmat.primitives.asymmetric import ec

    assert keys.kind_of(keys.public_key(DRAFT_KEY)) == "rsa"
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(keys.Malformed):
        keys.public_key(keys.pem_of(elliptic))  # type: ignore[arg-type]  # that is the point
    with pytest.raises(keys.Malformed):
        keys.public_key("-----BEGIN PUBLIC KEY-----\n" + "A" * 5_000)


@given(st.binary(max_size=80))
def test_base_58_comes_back(raw: bytes) -> None:
    """Zeros in front included, as keys may begin with them."""
    assert keys.from_base58(keys.base58(raw)) == raw


def test_a_multikey_comes_back() -> None:
    """As published in FEP-521a."""
    assert keys.from_multikey(keys.multikey_of(ED25519[1])) == ED25519[1]
    published = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert keys.multikey_of(keys.from_multikey(published)) == published


@given(st.integers(0, 253_402_300_799))
def test_dates_come_back(seconds: int) -> None:
    """In the one form of HTTP."""
    assert read_http_date(http_date(seconds)) == seconds


def test_structured_fields_are_read_as_published() -> None:
    """Lists, parameters, texts and bytes of RFC 8941."""
    found = dictionary('a=("x" "y";p=1);q="\\"z\\\\";r, b=:AAE=:, c=?0,\td=tok/en')
    assert found["a"] == ([("x", {}), ("y", {"p": 1})], {"q": '"z\\', "r": True})
    assert [found[name][0] for name in "bcd"] == [b"\0\x01", False, "tok/en"]
