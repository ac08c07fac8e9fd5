"""Both ways of signing a request, chosen by what is there: what others claim, and what is signed here."""

import msgspec

from bema.model.federating import SignatureStyle
from bema.model.ids import Millis
from bema.wire.activitypub.signatures import cavage, messages
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.messages import USUAL, Wanted
from bema.wire.activitypub.signatures.requests import Claim, Request


def claim_of(request: Request, now: Millis) -> Claim:
    """Read what a request claims, and check all of it that needs no key; or raise `Unsigned`."""
    if "signature-input" in request.headers:
        return messages.claim_of(request, now)
    return cavage.claim_of(request, now)


def packed(claim: Claim) -> str:
    """Write a claim, to be judged later: when the key is there that must have made it."""
    return msgspec.json.encode(claim).decode()


def unpacked(text: str) -> Claim:
    """Read such a claim."""
    return msgspec.json.decode(text, type=Claim)


def sign(
    style: SignatureStyle, request: Request, key: SigningKey, now: Millis, wanted: Wanted = USUAL
) -> dict[str, str]:
    """Return the headers that sign a request; `wanted` is what the other server asked of a message signature."""
    if style is SignatureStyle.MESSAGE:
        return messages.sign(request, key, now, wanted)
    return cavage.sign(request, key, now)
