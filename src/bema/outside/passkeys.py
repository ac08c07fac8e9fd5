"""Passkeys (WebAuthn): signing in with a key that never leaves its device, and that no false page can ask for.

The library is imported where it is used: it takes 6 MiB and 0.1 s that most processes never need.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence

import msgspec

from bema.model import limits
from bema.model.errors import Invalid, Unauthenticated
from bema.model.ids import Millis


class RelyingParty(msgspec.Struct, frozen=True, kw_only=True):
    """The server, as a passkey knows it."""

    id: str  # the host name, without a port
    name: str
    origin: str  # scheme, host and port, as browsers write them


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of somebody's passkey; nothing of it is secret."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser is asked; the challenge is kept until the answer comes, and good for one."""

    challenge: bytes
    options: str  # JSON for PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON


def new_challenge(key: bytes, purpose: str, now: Millis) -> bytes:
    """Make a challenge that says itself until when and for what it is good, so that asking leaves nothing to keep."""
    open_part = (now + limits.PASSKEY_TIMEOUT_SECONDS * 1_000).to_bytes(8, "big") + secrets.token_bytes(16)
    return open_part + _seal(key, purpose, open_part)


def challenge_in(answer: str, key: bytes, purpose: str, now: Millis) -> bytes:
    """Return the challenge that an answer (JSON) belongs to, if we made it for this purpose and not too long ago."""
    try:
        client_data = msgspec.json.decode(_bounded(answer), type=_Answer).response.client_data
        challenge = _decoded(msgspec.json.decode(_decoded(client_data), type=_ClientData).challenge)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unauthenticated(_NOT_SIGNED_IN) from error
    open_part, seal = challenge[:_OPEN_BYTES], challenge[_OPEN_BYTES:]
    if not hmac.compare_digest(seal, _seal(key, purpose, open_part)) or int.from_bytes(open_part[:8], "big") <= now:
        raise Unauthenticated(_NOT_SIGNED_IN)
    return challenge


def ask_to_register(
    party: RelyingParty,
    *,
    user_handle: bytes,
    user_name: str,
    display_name: str,
    known: Sequence[bytes] = (),
    challenge: bytes | None = None,
) -> Question:
    """Ask for a new passkey of somebody, on none of the devices that have one of the `known` ones."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user_handle,
        user_name=user_name,
        user_display_name=display_name,
        challenge=challenge,
        timeout=limits.PASSKEY_TIMEOUT_SECONDS * 1_000,
        # A passkey stands for name, password and second proof, so the device must know its person.
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return Question(challenge=options.challenge, options=webauthn.options_to_json(options))


def register(party: RelyingParty, challenge: bytes, answer: str) -> Passkey:
    """Check the browser's answer (JSON) to `ask_to_register`; refuse what does not belong to it."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = webauthn.verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *_MALFORMED) as error:
        raise Invalid("This passkey could not be added") from error
    return Passkey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
    )


def ask_to_sign_in(party: RelyingParty, *, known: Sequence[bytes] = (), challenge: bytes | None = None) -> Question:
    """Ask for one of the `known` passkeys or, without any, for whichever this server has given to the person."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=limits.PASSKEY_TIMEOUT_SECONDS * 1_000,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return Question(challenge=options.challenge, options=webauthn.options_to_json(options))


def answered_by(answer: str) -> bytes:
    """Tell which credential an answer claims to come from, so that its public key can be looked up."""
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return parse_authentication_credential_json(_bounded(answer)).raw_id
    except (WebAuthnException, *_MALFORMED) as error:
        raise Unauthenticated(_NOT_SIGNED_IN) from error


def sign_in(party: RelyingParty, challenge: bytes, answer: str, passkey: Passkey) -> int:
    """Check the browser's answer (JSON) to `ask_to_sign_in`, and tell the sign count to keep from now on.

    A count that does not grow is that of a copied key, and is refused; devices that do not count say nought.
    """
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        verified = webauthn.verify_authentication_response(
            credential=_bounded(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *_MALFORMED) as error:
        raise Unauthenticated(_NOT_SIGNED_IN) from error
    if verified.credential_id != passkey.credential_id:
        raise Unauthenticated(_NOT_SIGNED_IN)
    return verified.new_sign_count


_NOT_SIGNED_IN = "This passkey could not be checked"
# What the library lets through from json, base64, CBOR and key parsing, besides its own exception.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, EOFError, OverflowError, RecursionError)


def _bounded(answer: str) -> str:
    if len(answer) > limits.PASSKEY_RESPONSE_BYTES:
        raise ValueError("the answer is too long")
    return answer


_OPEN_BYTES = 24  # of a challenge: until when it is good, and 16 random ones


class _Response(msgspec.Struct, rename={"client_data": "clientDataJSON"}):
    client_data: str


class _Answer(msgspec.Struct):
    response: _Response


class _ClientData(msgspec.Struct):
    challenge: str


def _seal(key: bytes, purpose: str, open_part: bytes) -> bytes:
    return hmac.digest(key, b"passkey challenge\0" + purpose.encode() + b"\0" + open_part, "sha256")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
