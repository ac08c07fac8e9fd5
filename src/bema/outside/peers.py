"""Peers: the servers of the fediverse, asked and told in the server's own name or somebody's, each in the way it takes.

What is read must come from where it says it is: the address that answered is the document's own id, or that id is asked
once instead. What did not come is not asked for again for a while. A server that refuses one kind of signature is given
the other, and which it took is remembered.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from bema.model import limits
from bema.model.errors import BadRequest
from bema.model.federating import Finger, SignatureStyle, host_of, same_origin
from bema.model.ids import AccountId, Millis
from bema.outside.addresses import plainly_written
from bema.outside.clock import Clock
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.unfetched import AddressRefused, UnexpectedType, Unfetched, media_type
from bema.wire.activitypub.context import PUBLIC
from bema.wire.activitypub.negotiating import ACCEPT, ACTIVITY, LINKED, PROFILE
from bema.wire.activitypub.reading_fingers import finger
from bema.wire.activitypub.reading_keys import keys
from bema.wire.activitypub.reading_shapes import Object, address, document, id_of
from bema.wire.activitypub.signatures.claims import sign
from bema.wire.activitypub.signatures.keys import Kind, SigningKey
from bema.wire.activitypub.signatures.messages import USUAL, Wanted, wanted_by
from bema.wire.activitypub.signatures.proofs import prove
from bema.wire.activitypub.signatures.requests import Request

T = TypeVar("T")

_FINGERS = ("application/jrd+json", "application/json")
_OTHER = {SignatureStyle.CAVAGE: SignatureStyle.MESSAGE, SignatureStyle.MESSAGE: SignatureStyle.CAVAGE}
_REFUSED = (400, 401, 403)  # answers that a signature which is not liked may have
_REFUSED_QUESTION = (*_REFUSED, 404)  # Threads says this


class Keys(Protocol):
    """Gives the keys with which accounts sign, and (for None) the server."""

    async def signing_key(self, account: AccountId | None, kind: Kind = "rsa") -> SigningKey: ...


class Ledger(Protocol):
    """Remembers what is known of other servers."""

    async def terms(self, host: str) -> tuple[bool, SignatureStyle]:
        """Tell whether a host is kept out, and which signature it took last."""
        ...

    async def took(self, host: str, style: SignatureStyle) -> None:
        """Remember which signature a host took."""
        ...


class KeptOut(AddressRefused):
    """Nothing is exchanged with this server."""


class NotGiven(Unfetched):
    """The other server answered with a no."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the answer is {status}")
        self.status = status

    @property
    def lasting(self) -> bool:  # type: ignore[override]  # here it depends on the answer
        """Whether asking again is of no use."""
        return 400 <= self.status < 500 and self.status not in (408, 425, 429)

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing: never was, or no more."""
        return self.status in (404, 410)


class Misplaced(Unfetched):
    """The document is not of the place where it was found, or not what it must be."""

    lasting = True


class Peers:
    """Asks and tells other servers. `scheme` is how those are reached of whom no more than the name is known."""

    def __init__(self, fetcher: Fetcher, keyring: Keys, ledger: Ledger, clock: Clock, *, scheme: str = "https") -> None:
        self._fetcher, self._keyring, self._ledger, self._clock = fetcher, keyring, ledger, clock
        self._scheme = scheme
        self._proven: OrderedDict[tuple[AccountId | None, str], bytes] = OrderedDict()
        self._failed: OrderedDict[str, tuple[Millis, Unfetched]] = OrderedDict()
        self._wanted: OrderedDict[str, Wanted] = OrderedDict()  # of hosts that want more of a signature than we do
        self._signers: dict[SignatureStyle, _Signer] = {}  # the same each time: the same question is asked once

    # --- Reading ------------------------------------------------------------------------------------------------------

    async def document(self, url: str) -> Object:
        """Return the document that `url` names, with its names in short form; raise `Unfetched`.

        Its id is the address that it was found at, in the end; so its server answers for it.
        """
        return await self._remembering(url, self._document)

    async def owner_of_key(self, key_id: str) -> Object:
        """Return the actor that says a key is its own, on the key's own server: else anybody could name any key."""
        found = await self.document(key_id)
        if not _has_key(found, key_id) and (owner := id_of(found.get("owner", found.get("controller")))) is not None:
            if not same_origin(key_id, owner):
                raise Misplaced("the key and its owner are of different servers")
            found = await self.document(owner)
        if not _has_key(found, key_id):
            raise Misplaced("nobody there says that the key is theirs")
        return found

    async def finger(self, name: str, host: str) -> Finger:
        """Ask a host by WebFinger who somebody is; raise `Unfetched`."""
        resource = quote(f"acct:{name}@{host}", safe=":@")
        return await self._remembering(
            f"{self._scheme}://{host}/.well-known/webfinger?resource={resource}", self._finger
        )

    async def _document(self, url: str) -> Object:
        answer, found = await self._ask(_address(url))
        uri = address(found.get("id"))
        if uri is None:
            raise Misplaced("the document has no id")
        if _address(uri) == answer:
            return found
        again, found = await self._ask(_address(uri))  # it is known under another address than its own
        if address(found.get("id")) != uri or again != _address(uri):
            raise Misplaced("the document is not where its id says")
        return found

    async def _ask(self, url: str) -> tuple[str, Object]:
        host = _host(url)
        kept_out, style = await self._ledger.terms(host)
        if kept_out:
            raise KeptOut("nothing is exchanged with this server")
        answer = await self._fetched(url, style, self._wanted.get(host, USUAL))
        if answer.status in _REFUSED_QUESTION:
            again, wanted = await self._second(answer, host, style, None)
            other = await self._fetched(url, again, wanted)
            if other.ok:
                answer = other
                await self._took(host, again, wanted)
        if not answer.ok:
            raise NotGiven(answer.status)
        _check_type(answer)
        try:
            return _address(answer.url), document(answer.body)
        except BadRequest as refusal:
            raise UnexpectedType(refusal.message) from None

    async def _second(
        self, answer: Fetched, host: str, style: SignatureStyle, account: AccountId | None
    ) -> tuple[SignatureStyle, Wanted]:
        """Choose how a request is signed that was refused: as the answer says that it wants it, or else the other way."""
        key = await self._keyring.signing_key(account)
        wanted = wanted_by(answer.headers.get("accept-signature", ""), key.kind)
        tried = style is SignatureStyle.MESSAGE and wanted == self._wanted.get(host, USUAL)
        return (_OTHER[style], USUAL) if wanted is None or tried else (SignatureStyle.MESSAGE, wanted)

    async def _took(self, host: str, style: SignatureStyle, wanted: Wanted) -> None:
        """Remember how a server wants it; what must be repeated from its answer holds for one request alone."""
        await self._ledger.took(host, style)
        if wanted != USUAL and not wanted.parameters:
            self._wanted[host] = wanted
            self._wanted.move_to_end(host)
            if len(self._wanted) > limits.PEERS_WANTED_KEPT:
                self._wanted.popitem(last=False)

    async def _fetched(self, url: str, style: SignatureStyle, wanted: Wanted) -> Fetched:
        signer = self._signers.get(style)
        key = await self._keyring.signing_key(None)
        if wanted != USUAL:
            signer = _Signer(style, key, self._clock.now, wanted=wanted)
        elif signer is None or signer.key is not key:
            signer = self._signers[style] = _Signer(style, key, self._clock.now)
        return await self._fetcher.fetch(
            url,
            headers={"Accept": ACCEPT},
            sign=signer,
            types=(ACTIVITY, LINKED),
            max_bytes=limits.REMOTE_BYTES,
            redirects="same_origin",
            seconds=limits.PEER_SECONDS,
        )

    async def _finger(self, url: str) -> Finger:
        host = _host(url)
        if (await self._ledger.terms(host))[0]:
            raise KeptOut("nothing is exchanged with this server")
        answer = await self._fetcher.fetch(
            url,
            headers={"Accept": ", ".join(_FINGERS)},
            max_bytes=limits.FINGER_BYTES,
            types=_FINGERS,
            seconds=limits.PEER_SECONDS,
        )
        if not answer.ok:
            raise NotGiven(answer.status)
        try:
            return finger(answer.body)
        except BadRequest as refusal:
            raise UnexpectedType(refusal.message) from None

    # --- Telling ------------------------------------------------------------------------------------------------------

    async def deliver(
        self, inbox: str, body: bytes, account: AccountId | None, *, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Bring `body` to an inbox, signed by an account or (None) the server, and return the answer; raise `Unfetched`."""
        host = _host(inbox)
        kept_out, style = await self._ledger.terms(host)
        if kept_out:
            raise KeptOut("nothing is exchanged with this server")
        key = await self._keyring.signing_key(account)
        answer = await self._posted(inbox, body, _Signing(style, self._wanted.get(host, USUAL)), key, headers)
        if answer.status in _REFUSED:
            again, wanted = await self._second(answer, host, style, account)
            other = await self._posted(inbox, body, _Signing(again, wanted), key, headers)
            if other.ok:
                await self._took(host, again, wanted)
                return other
        return answer

    async def _posted(
        self, inbox: str, body: bytes, signing: "_Signing", key: SigningKey, headers: Mapping[str, str] | None
    ) -> Fetched:
        return await self._fetcher.fetch(
            inbox,
            method="POST",
            body=body,
            headers={"Content-Type": ACTIVITY, "Accept": ACCEPT, **(headers or {})},
            sign=_Signer(signing.style, key, self._clock.now, body, signing.wanted),
            max_bytes=limits.FETCH_ERROR_BYTES,
            cut=True,
            seconds=limits.DELIVERY_SECONDS,
        )

    async def proven(self, body: str, account: AccountId | None) -> bytes:
        """Return what is said to all with a proof of who says it (FEP-8b32): then others may pass it on; all else as it is.

        What is said to few carries no proof: nobody has to be able to show it around as theirs.
        """
        if PUBLIC not in body:
            return body.encode()
        kept = self._proven.get((account, body))
        if kept is None:
            thing = msgspec.json.decode(body)
            if not _is_passed_on(thing):
                return body.encode()
            key = await self._keyring.signing_key(account, "ed25519")
            kept = msgspec.json.encode(prove(thing, key, self._clock.now()))
        self._proven[account, body] = kept
        self._proven.move_to_end((account, body))
        if len(self._proven) > limits.PROVEN_KEPT:
            self._proven.popitem(last=False)
        return kept

    # --- What did not come --------------------------------------------------------------------------------------------

    async def _remembering(self, url: str, ask: Callable[[str], Awaitable[T]]) -> T:
        """Ask, unless the same did not come a moment ago: a dead address costs one question now and then."""
        until, error = self._failed.get(url, (0, None))
        if error is not None and until > self._clock.now():
            raise error.with_traceback(None)
        try:
            return await ask(url)
        except KeptOut:
            raise  # the staff may let them in at any moment
        except Unfetched as new:
            self._failed[url] = (self._clock.now() + limits.PEER_FAILED_SECONDS * 1_000, new)
            self._failed.move_to_end(url)
            if len(self._failed) > limits.PEERS_FAILED_KEPT:
                self._failed.popitem(last=False)
            raise


class _Signing(NamedTuple):
    """How something is signed."""

    style: SignatureStyle
    wanted: Wanted


class _Signer(msgspec.Struct, frozen=True):
    """Signs a request, anew for each redirect. Two of them are the same when they would sign alike."""

    style: SignatureStyle
    key: SigningKey
    now: Callable[[], Millis]
    body: bytes | None = None
    wanted: Wanted = USUAL

    def __call__(self, method: str, address: str) -> Mapping[str, str]:
        url = plainly_written(address)
        request = Request(
            method=method,
            scheme=url.scheme,
            host=url.host_port_subcomponent or "",
            target=url.raw_path_qs,
            body=self.body,
        )
        return sign(self.style, request, self.key, self.now(), self.wanted)


def _is_passed_on(thing: Mapping[str, Any]) -> bool:
    """Tell whether something is said to all, and of the kind that servers pass on (ActivityPub 7.1.2)."""
    return thing.get("type") in ("Create", "Update", "Delete") and PUBLIC in [
        *thing.get("to", []),
        *thing.get("cc", []),
    ]


def _has_key(thing: Object, key_id: str) -> bool:
    """Tell whether a document is an actor's that owns a key; some name a key by its owner alone."""
    return any(key_id in (key.uri, key.owner) and same_origin(key.uri, key.owner) for key in keys(thing))


def _host(url: str) -> str:
    host = host_of(url)
    if host is None:
        raise AddressRefused("the address is not one of the web")
    return host


def _address(url: str) -> str:
    """Return an address in one spelling, without what only a reader of the document looks for."""
    try:
        return str(plainly_written(url))
    except ValueError as error:
        raise AddressRefused(str(error)) from None


def _check_type(answer: Fetched) -> None:
    """Refuse what is not said to be a document of ActivityPub: anybody may upload a file that looks like one."""
    kind, *parameters = answer.headers.get("content-type", "").split(";")
    if media_type(kind) == LINKED:
        profiles = [
            value for name, _, value in (each.strip().partition("=") for each in parameters) if name == "profile"
        ]
        if not any(PROFILE in value.strip('"').split() for value in profiles):
            raise UnexpectedType("the answer is linked data, but none of ActivityPub")
