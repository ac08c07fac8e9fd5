"""Passkeys work with a device that follows the standard, and with nothing that only looks like it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model.errors import Invalid, Unauthenticated
from bema.outside.passkeys import (
    Passkey,
    Question,
    RelyingParty,
    answered_by,
    ask_to_register,
    ask_to_sign_in,
    register,
    sign_in,
)
from tests.outside.authenticator import PRESENT, Authenticator

PARTY = RelyingParty(id="square.example", name="The Square", origin="https://square.example")


def device() -> Authenticator:
    return Authenticator(PARTY.origin, PARTY.id)


def asked(known: tuple[bytes, ...] = ()) -> Question:
    return ask_to_register(PARTY, user_handle=b"7", user_name="daphne", display_name="Daphne", known=known)


def registered(key: Authenticator) -> Passkey:
    question = asked()
    return register(PARTY, question.challenge, key.register(question.options))


def test_a_passkey_is_registered_and_signs_in() -> None:
    """The count goes up each time, and is kept."""
    key = device()
    passkey = registered(key)
    for count in (1, 2):
        question = ask_to_sign_in(PARTY, known=[passkey.credential_id])
        answer = key.sign(question.options)
        assert answered_by(answer) == passkey.credential_id == key.credential_id
        assert sign_in(PARTY, question.challenge, answer, passkey) == count


def test_the_browser_is_asked_for_what_stands_alone() -> None:
    """The device must know its person, and be found without a name being typed; no device is asked for its make."""
    options = json.loads(asked(known=(b"other",)).options)
    assert options["rp"] == {"id": "square.example", "name": "The Square"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert len(options["excludeCredentials"]) == 1
    question = json.loads(ask_to_sign_in(PARTY).options)
    assert question["userVerification"] == "required"
    assert question["allowCredentials"] == []
    assert question["rpId"] == "square.example"


def test_every_question_has_a_challenge_of_its_own() -> None:
    """An answer that was overheard is of no use."""
    assert len({ask_to_sign_in(PARTY).challenge for _ in range(20)}) == 20
    key = device()
    passkey = registered(key)
    answer = key.sign(ask_to_sign_in(PARTY).options)
    with pytest.raises(Unauthenticated):
        sign_in(PARTY, ask_to_sign_in(PARTY).challenge, answer, passkey)


def spoil_origin(key: Authenticator) -> None:
    key.origin = "https://squ4re.example"


def spoil_server(key: Authenticator) -> None:
    key.rp_id = "other.example"


def spoil_verification(key: Authenticator) -> None:
    key.flags = PRESENT


def spoil_presence(key: Authenticator) -> None:
    key.flags = 0


@pytest.mark.parametrize("spoil", [spoil_origin, spoil_server, spoil_verification, spoil_presence])
def test_a_device_that_was_led_astray_is_refused(spoil: Callable[[Authenticator], None]) -> None:
    """A false page, another server's key, a device that anybody holds, a device that nobody touched."""
    astray = device()
    spoil(astray)
    with pytest.raises(Invalid):
        registered(astray)
    key = device()
    passkey = registered(key)
    spoil(key)
    question = ask_to_sign_in(PARTY)
    with pytest.raises(Unauthenticated):
        sign_in(PARTY, question.challenge, key.sign(question.options), passkey)


def test_another_devices_signature_is_refused() -> None:
    """Even under the right name."""
    passkey = registered(device())
    question = ask_to_sign_in(PARTY)
    with pytest.raises(Unauthenticated):
        sign_in(PARTY, question.challenge, device().sign(question.options), passkey)


def test_the_right_key_under_another_name_is_refused() -> None:
    """The answer must come from the credential that was looked up."""
    key = device()
    passkey = registered(key)
    key.credential_id = b"another"
    question = ask_to_sign_in(PARTY)
    with pytest.raises(Unauthenticated):
        sign_in(PARTY, question.challenge, key.sign(question.options), passkey)


def test_a_copied_key_is_noticed() -> None:
    """Its count lags behind that of the real one."""
    key = device()
    passkey = registered(key)
    question = ask_to_sign_in(PARTY)
    used_elsewhere = Passkey(credential_id=passkey.credential_id, public_key=passkey.public_key, sign_count=9)
    with pytest.raises(Unauthenticated):
        sign_in(PARTY, question.challenge, key.sign(question.options), used_elsewhere)


ANSWERS = [device().register(asked().options), device().sign(ask_to_sign_in(PARTY).options)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "signature"]), inner, max_size=6
        )
    ),
    max_leaves=12,
)


@given(
    answer=st.text()
    | JSON.map(json.dumps)
    | st.sampled_from(ANSWERS).flatmap(
        lambda whole: st.tuples(st.integers(0, len(whole)), st.text(max_size=8)).map(
            lambda wound: whole[: wound[0]] + wound[1] + whole[wound[0] + len(wound[1]) :]
        )
    )
    | st.just("[" * 60_000)
    | st.just("x" * 100_000),
)
def test_hostile_answers_are_refused(answer: str) -> None:
    """Whatever comes instead of a browser's answer."""
    passkey = Passkey(credential_id=b"x", public_key=b"y", sign_count=0)
    with pytest.raises(Invalid):
        register(PARTY, b"challenge", answer)
    with pytest.raises(Unauthenticated):
        sign_in(PARTY, b"challenge", answer, passkey)
    try:
        answered_by(answer)
    except Unauthenticated:
        return
