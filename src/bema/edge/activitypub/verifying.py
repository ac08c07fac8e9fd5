"""Who of another server asks: by the signature of the request, which a reader of what is for all does not need."""

from collections.abc import Iterator, Mapping

from bema.domain.verifying import Asker
from bema.edge.activitypub.documents import is_signed, wants_page
from bema.edge.call import Call
from bema.wire.activitypub.signatures import claims
from bema.wire.activitypub.signatures.requests import Claim, Request, Unsigned

# What must be readable without a signature, even where nothing else is: to check a signature, one reads the key first.
_KEYS_OF_SERVER = frozenset({"/actor", "/actor/outbox"})
_KEYS_OF_PEOPLE = frozenset({"/users/{acct}", "/@{acct}"})


async def know(call: Call) -> None:
    """Find out who asks, before a document is told. Whoever is kept out is refused; what is not signed is for all alone.

    Where fetching must be authorised, all must sign, and a key that is not known is fetched; else a signature that cannot
    be judged at once counts as none.
    """
    path, strict = call.route.path, call.parts.settings.authorized_fetch
    if path in _KEYS_OF_SERVER:
        return
    if not is_signed(call):
        if strict and path not in _KEYS_OF_PEOPLE and not wants_page(call):
            raise Unsigned("Sign your requests: this server shows nothing to those who do not")
        return
    try:
        verifier, claim = call.parts.verifier, claim_of(call)
        call.asker = await (verifier.asker(claim) if strict else verifier.known(claim))
    except Unsigned:
        if strict:
            raise


async def asker_of(call: Call) -> Asker:
    """Find out who asks, whatever it takes; or refuse."""
    return call.asker if call.asker is not None else await call.parts.verifier.asker(claim_of(call))


def claim_of(call: Call, body: bytes | None = None) -> Claim:
    """Read who a request says that it is from, and check all that needs no key; or raise `Unsigned` (401)."""
    return claims.claim_of(request_of(call, body), call.parts.clock.now())


def request_of(call: Call, body: bytes | None) -> Request:
    """Return a request as signatures see it: asked of this server, by the name that it has itself."""
    return Request(
        method=call.method,
        scheme=call.site.scheme,
        host=call.site.domain,
        target=call.target,
        headers=_Headers(call.headers),
        body=body,
    )


class _Headers(Mapping[str, str]):
    """The headers of a request as text: a signature is read from a few of them, so that the rest stay bytes."""

    def __init__(self, raw: Mapping[bytes, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> str:
        try:
            return self._raw[name.encode("latin-1")].decode("latin-1")
        except UnicodeEncodeError:  # no header has such a name
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._raw)

    def __len__(self) -> int:
        return len(self._raw)
