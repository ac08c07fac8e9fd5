"""Live pages: an open page hears that there is something new, and fetches it itself when somebody wants to see it."""

from typing import NamedTuple

import msgspec

from bema.edge.answers import Endless
from bema.edge.call import Call
from bema.edge.listening import listen
from bema.edge.rates import network_of
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.streaming.hub import DIRECT, HOME, TOLD, Listener, Stream
from bema.edge.web.pages import unread
from bema.model.errors import Gone, NotFound, Unauthenticated
from bema.model.ids import AccountId, ListId, parse_id
from bema.store import listeners
from bema.store.tx import Tx

routes = Routes(Surface.WEB)

_encode = msgspec.json.Encoder().encode
_ALWAYS = (Stream((TOLD,), (TOLD,)), Stream((DIRECT,), (DIRECT,)))
_HOME = Stream((HOME,), (HOME,))


class Asked(msgspec.Struct, frozen=True):
    """Of which list the page shows posts, if it does not show those of home."""

    list: str = ""
    reads_as: str = ""  # the account for which the page was made


class Unread(NamedTuple):
    """What the navigation counts."""

    notifications: int
    conversations: int


@routes.get("/events", needs=Needs.SESSION, answer=str, content_type="text/event-stream")
async def events(call: Call, ask: Asked) -> Endless:
    """Hear that there are new posts, notifications and conversations, and what was unread to begin with."""
    session = call.session
    if session is None:
        raise Unauthenticated("Please sign in first")
    if ask.reads_as and ask.reads_as != str(session.account):  # its browser went on as another account
        raise Gone
    listener = Listener(
        account=session.account,
        login=session.login,
        key=session.id,
        scopes=frozenset(),
        address=network_of(call.address),
        over="The session is over",
    )
    shown = await call.read(_shown, session.account, ask.list) if ask.list else _HOME
    answer = await listen(call, listener, shown, *_ALWAYS, brief=True)
    try:
        counts = Unread(*await call.read(unread, session.account))
    except BaseException:
        answer.leave()
        raise
    told = _encode(counts._asdict())
    return msgspec.structs.replace(answer, body=answer.body + b"event: unread\ndata: %s\n\n" % told)


def _shown(tx: Tx, owner: AccountId, name: str) -> Stream:
    """Return the stream of one of one's own lists; others' look missing."""
    id_ = parse_id(name)
    if id_ is None or not listeners.owns_list(tx, owner, ListId(id_)):
        raise NotFound
    return Stream(("list", str(id_)), (f"list:{id_}",))
