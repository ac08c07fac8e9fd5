"""Custom emojis: the pictures that a client's picker offers."""

from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.store import custom_emojis
from bema.store.tx import Tx
from bema.wire.mastodon.accounts import CustomEmoji

routes = Routes(Surface.API)


@routes.get("/api/v1/custom_emojis")
def listed(call: Call, tx: Tx) -> list[CustomEmoji]:
    """List the emojis of this server."""
    return [
        CustomEmoji(
            shortcode=row.shortcode,
            url=row.url,
            static_url=row.static_url,
            visible_in_picker=row.listed,
            category=row.category,
        )
        for row in custom_emojis.listed(tx)
    ]
