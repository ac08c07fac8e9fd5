"""The inbox: what other servers bring is checked, written down, and answered with 202; nobody waits for what follows."""

import msgspec

from bema.domain.receiving import admitting
from bema.domain.receiving.admitting import Delivery
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import BadRequest, NotFound, Refusal, Unauthenticated
from bema.model.federating import host_of
from bema.model.policy import Standing
from bema.store import accounts
from bema.store.tx import Tx
from bema.wire.activitypub import reading
from bema.wire.activitypub.signatures.claims import claim_of
from bema.wire.activitypub.signatures.keys import Malformed, public_key
from bema.wire.activitypub.signatures.requests import Claim, Request

routes = Routes(Surface.PLAIN, body_bytes=limits.REMOTE_BYTES, cors=False)

_TYPES = ("application/activity+json", "application/ld+json", "application/json")
_ENDS = ("Delete", "Undo", "Remove", "Update", "Reject")  # what means nothing of whom nobody knows
_REPEATS = ("Follow", "Accept", "QuoteRequest")
_encode = msgspec.json.Encoder().encode
_ACCEPTED = Answer(b"", 202, content_type=b"text/plain; charset=utf-8", headers=((b"cache-control", b"no-store"),))


@routes.post("/inbox", answer=str, status=202, content_type="text/plain", raw=True, rate="inbox")
async def shared_inbox(call: Call) -> Answer:
    """Take what another server brings for anybody here (ActivityPub 7.1.3)."""
    return await _take(call)


@routes.post("/users/{acct}/inbox", answer=str, status=202, content_type="text/plain", raw=True, rate="inbox")
async def inbox(call: Call) -> Answer:
    """Take what another server brings for an account (ActivityPub 7.1)."""
    await call.read(_check_account, call.path_values["acct"])
    return await _take(call)


def _check_account(tx: Tx, username: str) -> None:
    found = accounts.by_handle(tx, username, None)
    if found is None or found.standing is not Standing.ACTIVE:
        raise NotFound


async def _take(call: Call) -> Answer:
    body = call.parameters.get("body")
    if not isinstance(body, bytes) or not body:
        raise BadRequest("There is no activity")
    if call.header(b"content-type").partition(";")[0].strip().lower() not in _TYPES:
        raise Refusal("The body is none of the types of ActivityPub", status=415)
    now = call.parts.clock.now()
    claim = claim_of(_request(call, body), now)
    host = host_of(claim.key_id)
    if host is None:
        raise Unauthenticated("The signature cannot be accepted: its key is nowhere")
    key = await call.read(admitting.key, call.site, host, claim.key_id)
    brought = _delivery(host, body)
    if key is not None and _holds(claim, key.pem):
        await call.write(admitting.admit, brought, key.owner)
    elif key is not None and key.fetched_at > now - limits.KEY_FRESH_SECONDS * 1_000:
        raise Unauthenticated("The signature cannot be accepted: it was not made with this key")
    else:
        await call.write(admitting.admit_unproven, brought, _encode(claim).decode(), claim.key_id)
    return _ACCEPTED


def _request(call: Call, body: bytes) -> Request:
    query = call.query_string.decode("latin-1")
    return Request(
        method=call.method,
        scheme=call.site.scheme,
        host=call.site.domain,
        target=call.path + (f"?{query}" if query else ""),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in call.headers.items()},
        body=body,
    )


def _delivery(host: str, body: bytes) -> Delivery:
    thing = reading.document(body)
    type_, actor, what = reading.announced(thing)
    if type_ is None or actor is None:
        raise BadRequest("The document is no activity that is known here")
    return Delivery(
        host=host,
        body=body.decode(),
        actor=actor,
        act=reading.id_of(thing),
        what=what,
        ends=type_ in _ENDS,
        repeats=type_ in _REPEATS,
    )


def _holds(claim: Claim, pem: str) -> bool:
    try:
        return claim.holds(public_key(pem))
    except Malformed:
        return False
