"""A security key in software: makes passkeys and signs as a browser with a real one does (WebAuthn level 3, section 6)."""

import hashlib
import json
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One device with one key."""

    def __init__(self, origin: str, rp_id: str) -> None:
        self.origin = origin
        self.rp_id = rp_id
        self.flags = PRESENT | VERIFIED
        self.count = 0
        self.credential_id = b"credential-of-this-device"
        self._key = ec.generate_private_key(ec.SECP256R1())

    def register(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        numbers = self._key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public_key)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._authenticator_data(ATTESTED) + attested}
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", options),
            attestationObject=cbor2.dumps(attestation),
        )

    def sign(self, options: str) -> str:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        client_data = self._client_data("webauthn.get", options)
        authenticator_data = self._authenticator_data(0)
        signed = authenticator_data + hashlib.sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=authenticator_data,
            signature=self._key.sign(signed, ec.ECDSA(hashes.SHA256())),
        )

    def _client_data(self, type_: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": type_, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, more_flags: int) -> bytes:
        return (
            hashlib.sha256(self.rp_id.encode()).digest()
            + bytes([self.flags | more_flags])
            + self.count.to_bytes(4, "big")
        )

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential_id)
        answer: dict[str, Any] = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}}
        answer["response"] = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps(answer)
