"""A signed request: what of it a signature may cover, and what somebody claims by it.

Everything that can be judged without the key is judged when the request comes: which parts are covered, whether they are
ours, the time and the body. What remains is a `Claim`: bytes, a signature, and the id of the key that must have made it.
"""

from collections.abc import Mapping

import msgspec

from bema.model import limits
from bema.model.errors import Unauthenticated
from bema.model.federating import SignatureStyle, origin
from bema.model.ids import Millis
from bema.wire.activitypub.signatures.keys import PublicKey, kind_of, verifies


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request. `host` and `scheme` are those of the server that is asked, as it knows them itself."""

    method: str
    scheme: str
    host: str  # with the port where it is not the scheme's own
    target: str  # path and query, as on the request line
    headers: Mapping[str, str] = {}  # names in lower case; what came several times is joined by ", "
    body: bytes | None = None  # none: a question without one

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]


class Claim(msgspec.Struct, frozen=True):
    """What a request claims: that the owner of a key said one of these (the same but for the query, which some leave out)."""

    key_id: str
    said: tuple[bytes, ...]
    signature: bytes
    style: SignatureStyle
    kind: str | None = None  # of the key, where the algorithm says so

    def holds(self, key: PublicKey) -> bool:
        """Tell whether it is true, by this key."""
        if self.kind is not None and self.kind != kind_of(key):
            return False
        return any(verifies(key, self.signature, each) for each in self.said)


class Unsigned(Unauthenticated):
    """The request is not signed, or not as it must be."""

    message = "The request is not signed"


def refused(why: str) -> Unsigned:
    """Say what is wrong with a signature: to nobody's harm, and to the help of whoever writes a server."""
    return Unsigned(f"The signature cannot be accepted: {why}")


def raw(text: str) -> bytes:
    """Return the bytes of headers, as they came."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise refused("what it covers cannot be in a header") from None


def checked_key_id(text: str) -> str:
    """Let through what can be the address of a key."""
    if len(text) > limits.URL_CHARACTERS or origin(text) is None:
        raise refused("keyId is no address")
    return text


def check_moment(seconds: int, now: Millis) -> None:
    """Refuse what was signed too long ago, or in the future: clocks differ, and queues of others are slow."""
    if seconds > now // 1_000 + limits.SIGNATURE_AHEAD_SECONDS:
        raise refused("it is from the future")
    if seconds < now // 1_000 - limits.SIGNATURE_AGE_SECONDS:
        raise refused("it is too old")


def check_host(said: str, request: Request) -> None:
    """Refuse what was said to another server: whoever got it could bring it here."""
    usual = ":443" if request.scheme == "https" else ":80"
    if said.lower().removesuffix(usual) != request.host.lower().removesuffix(usual):
        raise refused("it was made for another host")
