"""Preferences: what a client starts with when one writes; how one reads is left to the client."""

from bema.edge.call import Call
from bema.edge.mastodon.render import QUOTE_POLICIES, VISIBILITIES
from bema.edge.routes import Routes, Surface
from bema.store import accounts
from bema.store.tx import Tx
from bema.wire.mastodon.reading import Preferences

routes = Routes(Surface.API)


@routes.get("/api/v1/preferences", scope="read:accounts")
def view(call: Call, tx: Tx) -> Preferences:
    """View one's preferences."""
    own = accounts.own(tx, call.actor)
    return Preferences(
        posting_default_visibility=VISIBILITIES[own.post_visibility],
        posting_default_sensitive=own.post_sensitive,
        posting_default_language=own.post_language,
        posting_default_quote_policy=QUOTE_POLICIES[own.post_quote_policy],
        reading_expand_media="default",
        reading_expand_spoilers=False,
        reading_autoplay_gifs=False,
    )
