"""Following hashtags on pages: what carries them is at home, whoever wrote it."""

from bema.domain import tagging
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, State, back, page, wants_state
from bema.edge.web.paging import Part, beside
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


@routes.get("/followed-tags", needs=Needs.SESSION)
def followed(call: Call, tx: Tx, ask: Part) -> Page:
    """See which hashtags one follows."""
    shown = tagging.followed(tx, call.actor, ask.range())
    newer, older = beside(call, ask, shown)
    return page(call, tx, "followed_tags.html", tags=shown.items, newer=newer, older=older)


@routes.post("/tags/{name}/follow", needs=Needs.SESSION, rate="follow")
def follow(call: Call, tx: WriteTx) -> Redirect | State:
    """Find what carries a hashtag in one's home."""
    tagging.follow(tx, call.actor, call.path_values["name"])
    return State(True) if wants_state(call) else Redirect(back(call, "/followed-tags"), flash="tag_followed")


@routes.post("/tags/{name}/unfollow", needs=Needs.SESSION)
def unfollow(call: Call, tx: WriteTx) -> Redirect | State:
    """Find it there no more."""
    tagging.unfollow(tx, call.actor, call.path_values["name"])
    return State(False) if wants_state(call) else Redirect(back(call, "/followed-tags"), flash="tag_unfollowed")
