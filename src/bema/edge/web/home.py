"""Home: what the people one follows write, and the composer above it."""

from bema.domain import reading
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.composing import composer_for
from bema.edge.web.pages import Page, page
from bema.edge.web.paging import Part, beside
from bema.model import views
from bema.store.tx import Tx

routes = Routes(Surface.WEB)


@routes.get("/home", needs=Needs.SESSION)
def home(call: Call, tx: Tx, ask: Part) -> Page:
    """Read one's home."""
    posts = reading.home(tx, call.actor, ask.range())
    newer, older = beside(call, ask, [post.id for post in posts])
    return page(
        call,
        tx,
        "home.html",
        posts=views.Page(items=posts),
        composer=composer_for(call, tx),
        newer=newer,
        older=older,
        suggestions=[],
        tags=[],
    )
