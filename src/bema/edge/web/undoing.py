"""Taking back what one has just sent: for some seconds a post waits here, then it is published, whether anybody looks or not."""

from bema.domain import scheduling
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, reader
from bema.model.errors import Conflict, NotFound
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)

_TOO_LATE = "This post is published already"


@routes.get("/unsent/{id}", needs=Needs.SESSION)
def unsent(call: Call, tx: Tx) -> Page | Redirect:
    """See what one has just sent, while it can be taken back; the page goes on by itself when that is over."""
    try:
        held = scheduling.one(tx, call.actor, call.path_id())
    except NotFound:
        return Redirect("/home")  # its time came
    if held.refusal is not None:
        return Redirect("/scheduled")
    seconds = max(0, (held.due_at - tx.now + 999) // 1_000)
    context = {"held": held, "seconds": seconds, "robots": "noindex"}
    again = (b"refresh", b"%d" % (seconds + 1))
    return Page("unsent.html", context, reader(call, tx), headers=(again,))


@routes.post("/unsent/{id}/take_back", needs=Needs.SESSION)
def take_back(call: Call, tx: WriteTx) -> Redirect:
    """Take back what one has just sent, and go on writing it."""
    id_ = call.path_id()
    try:
        scheduling.take_back(tx, call.actor, id_)
    except NotFound:
        raise Conflict(_TOO_LATE) from None
    return Redirect(f"/compose?draft={id_}", flash="unsent")


@routes.post("/unsent/{id}/publish", needs=Needs.SESSION)
def publish(call: Call, tx: WriteTx) -> Redirect:
    """Wait no longer: publish it."""
    try:
        scheduling.publish_now(tx, call.site, call.actor, call.path_id())
    except NotFound:
        pass  # its time came, or the button was pressed twice
    return Redirect("/home", flash="published")
