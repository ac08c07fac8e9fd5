"""Passkeys (WebAuthn): signing in with a key that never leaves its device, and that no false page can ask for.

The library is imported where it is used: it takes 6 MiB and 0.1 s that most processes never need.
"""

from collections.abc import Sequence

import msgspec

from bema.model import limits
from bema.model.errors import Invalid, Unauthenticated


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


def ask_to_register(
    party: RelyingParty, *, user_handle: bytes, user_name: str, display_name: str, known: Sequence[bytes] = ()
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


def ask_to_sign_in(party: RelyingParty, *, known: Sequence[bytes] = ()) -> Question:
    """Ask for one of the `known` passkeys or, without any, for whichever this server has given to the person."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=party.id,
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
