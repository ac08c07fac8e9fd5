"""Without a network: the page that a browser keeps for that, and the service worker that keeps it."""

from bema.edge.call import Call
from bema.edge.files import OWN_FILES
from bema.edge.routes import Routes, Surface
from bema.edge.web.pages import Document, Page, Reader
from bema.store.tx import Tx

routes = Routes(Surface.WEB)

_WORKER = (OWN_FILES / "service_worker.js").read_bytes()


@routes.get("/offline")
def offline(call: Call, tx: Tx) -> Page:
    """Read that there is no network; it says nothing about who asks."""
    return Page("offline.html", {}, Reader())


@routes.get("/service-worker.js", answer=str, content_type="text/javascript")
def service_worker(call: Call, tx: Tx) -> Document:
    """Fetch what keeps that page; it stands at the top, as it may answer only for what is below it."""
    return Document(_WORKER, b"text/javascript; charset=utf-8")
