"""Completing: whom, which tag or which emoji a word that is being written could come to."""

import msgspec

from bema.domain import searching
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, page
from bema.model import limits
from bema.model.views import Account, Emoji, Tag
from bema.store import custom_emojis
from bema.store.tx import Tx

routes = Routes(Surface.WEB)


class Begun(msgspec.Struct, frozen=True):
    """The beginning of a word, with the sign before it: `@da`, `#lan`, `:ow`."""

    q: str = ""


@routes.get("/completions", needs=Needs.SESSION)
def complete(call: Call, tx: Tx, ask: Begun) -> Page:
    """Find what begins like that; script shows it beneath the field."""
    sign, beginning = ask.q[:1], ask.q[1 : limits.SEARCH_TOKEN_CHARACTERS].strip()
    most = limits.COMPLETIONS
    accounts: list[Account] = []
    tags: list[Tag] = []
    emojis: list[Emoji] = []
    match sign:
        case "@":
            accounts = searching.accounts(tx, call.site, call.viewer, beginning, limit=most)
        case "#":
            tags = searching.tags(tx, call.viewer, beginning, limit=most)
        case ":" if beginning:
            emojis = [each for each in custom_emojis.offered(tx) if each.shortcode.startswith(beginning.lower())][:most]
    return page(call, tx, "completions.html", accounts=accounts, tags=tags, emojis=emojis)
