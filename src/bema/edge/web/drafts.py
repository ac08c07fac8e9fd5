"""Drafts on pages: kept by a button, or by script while one writes; to be gone on with from any browser, or let go."""

import msgspec

from bema.domain import drafting
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.attaching import Piece, described, files_in, pieces, upload_files
from bema.edge.web.composing import Words, drafted, given_back
from bema.edge.web.pages import Document, Page, Redirect, page
from bema.model import limits
from bema.model.errors import Invalid, Refusal
from bema.model.ids import ScheduledId, parse_id
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


@routes.get("/drafts", needs=Needs.SESSION)
def drafts(call: Call, tx: Tx) -> Page:
    """See what one has begun to write."""
    return page(call, tx, "drafts.html", kept=drafting.all_of(tx, call.actor), most=limits.DRAFTS)


@routes.post("/drafts", needs=Needs.SESSION, body_bytes=limits.UPLOAD_BYTES, rate="media")
async def keep(call: Call, ask: Words) -> Page | Redirect:
    """Keep what was typed, with its files, to go on with it later."""
    written = pieces(call, ask.text, ask.media_ids)
    try:
        call.count_as(files_in(written))
        await upload_files(call, written)
        await call.write(_kept, call, ask, written)
    except Refusal as refusal:
        return await call.read(_given_back, call, ask, written, refusal)
    return Redirect("/drafts", flash="draft_kept")


def _given_back(tx: Tx, call: Call, ask: Words, written: list[Piece], refusal: Refusal) -> Page:
    return given_back(call, tx, ask, written, refusal)


@routes.post("/drafts/while_writing", needs=Needs.SESSION)
def keep_while_writing(call: Call, tx: WriteTx, ask: Words) -> Document:
    """Keep what was typed so far, and say where: script asks for it, without the files that are not sent yet."""
    id_ = _kept(tx, call, ask, pieces(call, ask.text, ask.media_ids))
    return Document(msgspec.json.encode({"draft_id": str(id_)}), b"application/json", private=True)


def _kept(tx: WriteTx, call: Call, ask: Words, written: list[Piece]) -> ScheduledId:
    draft = drafted(ask, written)
    if not (draft.text.strip() or draft.warning.strip() or draft.media or draft.following or draft.poll):
        raise Invalid("Validation failed: Text can't be blank")
    id_ = parse_id(ask.draft_id)
    said = [each for piece in written for each in described(piece)]
    return drafting.keep(tx, call.actor, None if id_ is None else ScheduledId(id_), draft, said)


@routes.post("/drafts/{id}/delete", needs=Needs.SESSION)
def let_go(call: Call, tx: WriteTx) -> Redirect:
    """Throw a draft away."""
    drafting.let_go(tx, call.actor, call.path_id())
    return Redirect("/drafts", flash="draft_gone")
