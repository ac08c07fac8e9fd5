"""A decision about somebody of another server: who has the link reads it, keeps the receipt, and objects."""

import msgspec

from bema.domain import appealing, recording, standing, standing_elsewhere
from bema.edge import forgery
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.web.pages import Document, Page, Redirect, page, tongue_of
from bema.edge.web.standing import told_to
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.ids import AccountId
from bema.store import appeals
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog.checkpoints import Proof

routes = Routes(Surface.WEB)
_HERE = "/trust/notices/{id}/{token}"


class Words(msgspec.Struct, frozen=True):
    """What somebody says."""

    text: str = ""


@routes.get(_HERE, rate="sign_in")
def shown(call: Call, tx: Tx) -> Page:
    """See a decision about oneself, from another server."""
    found = standing.ruling(tx, _person(call, tx), call.path_id())
    csrf = forgery.token_for_visitor(call)  # it is kept for nobody else, whoever asks
    return page(
        call,
        tx,
        "notice.html",
        csrf=csrf,
        here=_address(call),
        heard=told_to(found, tongue_of(call)),
        turns=[] if found.appeal is None else appeals.turns(tx, found.appeal.id),
        most=limits.APPEAL_CHARACTERS,
        vkey=recording.current_key(tx),
        robots="noindex",
    )


@routes.get(f"{_HERE}/receipt.tlog-proof", rate="sign_in")
def receipt(call: Call, tx: Tx) -> Document:
    """Keep what proves it to anybody, without this square."""
    id_ = call.path_id()
    content = Proof(*standing.receipt(tx, _person(call, tx), id_)).write().encode()
    return Document(content, b"text/plain; charset=utf-8", f"decision-{id_}.tlog-proof")


@routes.post(f"{_HERE}/appeal", rate="appeal")
def object_to(call: Call, tx: WriteTx, ask: Words) -> Redirect:
    """Object to it."""
    appealing.object_to(tx, _person(call, tx), call.path_id(), ask.text)
    return Redirect(_address(call), "objected_elsewhere")


@routes.post(f"{_HERE}/answer", rate="appeal")
def answer(call: Call, tx: WriteTx, ask: Words) -> Redirect:
    """Answer what the reviewer asked."""
    appealing.answer(tx, *_appeal(call, tx), ask.text)
    return Redirect(_address(call), "answered")


@routes.post(f"{_HERE}/withdraw", rate="appeal")
def withdraw(call: Call, tx: WriteTx) -> Redirect:
    """Object no more."""
    appealing.withdraw(tx, *_appeal(call, tx))
    return Redirect(_address(call), "appeal_withdrawn")


def _address(call: Call) -> str:
    return f"/trust/notices/{call.path_id()}/{call.path_values['token']}"


def _person(call: Call, tx: Tx) -> AccountId:
    return standing_elsewhere.of_link(tx, call.path_id(), call.path_values["token"])


def _appeal(call: Call, tx: Tx) -> tuple[AccountId, int]:
    person = _person(call, tx)
    found = standing.ruling(tx, person, call.path_id()).appeal
    if found is None:
        raise NotFound
    return person, found.id
