"""Follows that were cut, on a page: which servers or people took them, and lists of who was lost."""

from bema.domain import severing
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Document, Page, page
from bema.edge.web.paging import Part, beside
from bema.store.tx import Tx
from bema.wire import people_lists

routes = Routes(Surface.WEB)
_CSV = b"text/csv; charset=utf-8"


@routes.get("/settings/severed", needs=Needs.SESSION)
def severed(call: Call, tx: Tx, ask: Part) -> Page:
    """See which follows one lost because a server, or somebody of one, was shut out."""
    found = severing.page(tx, call.actor, ask.range())
    newer, older = beside(call, ask, found)
    return page(call, tx, "settings/severed.html", part="account", severances=found.items, newer=newer, older=older)


@routes.get("/settings/severed/{id}/following.csv", needs=Needs.SESSION)
def following(call: Call, tx: Tx) -> Document:
    """Take along whom one followed."""
    found, people = severing.listed(tx, call.actor, call.path_id(), is_follower=False)
    return Document(people_lists.followed(people).encode(), _CSV, f"following-{found.id}.csv")


@routes.get("/settings/severed/{id}/followers.csv", needs=Needs.SESSION)
def followers(call: Call, tx: Tx) -> Document:
    """Take along who followed one."""
    found, people = severing.listed(tx, call.actor, call.path_id(), is_follower=True)
    return Document(people_lists.followers(people).encode(), _CSV, f"followers-{found.id}.csv")
