"""Web push messages: both encodings give the bytes that their documents print, and the device reads what was written."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from bema.wire import webpush
from tests.push_receiver import Device, private_key, raw, text

_DEVICE = Device()


def test_the_example_of_rfc_8291_comes_out_byte_for_byte() -> None:
    """RFC 8291, section 5 and appendix A."""
    device = Device(private_key("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), raw("BTBZMqHH6r4Tts7J_aSIgg"))
    message = b"When I grow up, I want to be a watermelon"
    sent = webpush.encrypt(
        message,
        device.public,
        device.auth,
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
        private_key=private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert text(sent.body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert device.read(sent.body) == message


def test_the_example_of_the_draft_comes_out_byte_for_byte() -> None:
    """draft-ietf-webpush-encryption-04, section 5."""
    device = Device(private_key("9FWl15_QUQAWDaD3k3l50ZBZQJ4au27F1V4F0uLSD_M"), raw("R29vIGdvbyBnJyBqb29iIQ"))
    sent = webpush.encrypt_as_draft(
        b"I am the walrus",
        device.public,
        device.auth,
        salt=raw("lngarbyKfMoi9Z75xYXmkg"),
        private_key=private_key("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"),
    )
    assert text(sent.body) == "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"
    sender = "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU"
    assert text(sent.sender) == sender


@given(st.binary(max_size=webpush.MESSAGE_BYTES))
def test_the_device_reads_what_was_written(message: bytes) -> None:
    """In both encodings, up to the longest message, which fits what push services take."""
    sent = webpush.encrypt(message, _DEVICE.public, _DEVICE.auth)
    assert len(sent.body) <= 4_096
    assert _DEVICE.read(sent.body) == message
    draft = webpush.encrypt_as_draft(message, _DEVICE.public, _DEVICE.auth)
    assert _DEVICE.read_draft(draft.body, draft.salt, draft.sender) == message


@given(st.binary(max_size=80))
def test_base64_is_read_in_every_dress(content: bytes) -> None:
    """Browsers write the URL-safe alphabet, apps both, with padding or without."""
    for written in (base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()):
        assert webpush.decode(written) == webpush.decode(written.rstrip("=")) == content
    assert webpush.decode(webpush.encode(content)) == content


@given(st.text(max_size=100))
def test_hostile_keys_crash_nothing(written: str) -> None:
    """What is no base64 is None, and what is no point of the curve no key."""
    decoded = webpush.decode(written)
    assert decoded is None or not webpush.is_public_key(decoded)


def test_only_points_of_the_curve_are_keys() -> None:
    """Not any 65 bytes: a key off the curve would give away ours."""
    assert webpush.is_public_key(_DEVICE.public)
    assert not webpush.is_public_key(_DEVICE.public[:-1] + bytes([_DEVICE.public[-1] ^ 1]))
    assert not webpush.is_public_key(b"\0")
