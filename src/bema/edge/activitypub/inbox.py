"""The inbox: what other servers bring is checked, written down, and answered with 202; nobody waits for what follows."""

import msgspec

from bema.domain import synchronizing
from bema.domain.receiving import admitting, relays
from bema.domain.receiving.admitting import Delivery
from bema.domain.verifying import author_of, sender_of
from bema.edge.activitypub.verifying import claim_of
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import BadRequest, NotFound, Refusal
from bema.model.federating import host_of
from bema.model.policy import Standing
from bema.store import accounts
from bema.store.remote_keys import Key
from bema.store.tx import Tx
from bema.wire.activitypub import reading
from bema.wire.activitypub.signatures.claims import packed

routes = Routes(Surface.PLAIN, body_bytes=limits.REMOTE_BYTES, cors=False)

_TYPES = ("application/activity+json", "application/ld+json", "application/json")
_ENDS = ("Delete", "Undo", "Remove", "Update", "Reject")  # what means nothing of whom nobody knows
_REPEATS = ("Follow", "Accept", "QuoteRequest")
_FORWARDED = (
    "Create",
    "Update",
    "Delete",
)  # what others bring for whoever said it (ActivityPub 7.1.2), with a proof in it
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
    claim = claim_of(call, body)
    sender = await call.read(sender_of, call.site, claim, back=True)
    brought = _delivery(host_of(claim.key_id) or "", body)
    if b'"proof"' in body and brought.forwarded:
        sender = await call.read(_said_by, call, brought, body, sender)
    if sender is not None:
        await call.write(admitting.admit, brought, sender.owner, sender.owner_uri)
        if told := call.header(b"collection-synchronization"):
            await call.write(synchronizing.compare, call.site, sender.owner, told)
    else:
        await call.write(admitting.admit_unproven, brought, packed(claim), claim.key_id)
    return _ACCEPTED


def _said_by(tx: Tx, call: Call, brought: Delivery, body: bytes, sender: Key | None) -> Key | None:
    """Return the key of who proves inside of it that they say something; what is new from a relay is looked at as the relay's."""
    if not brought.ends and sender is not None and relays.passes_on(tx, sender.owner):
        return sender
    return author_of(tx, call.site, msgspec.json.decode(body)) or sender


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
        forwarded=type_ in _FORWARDED,
    )
