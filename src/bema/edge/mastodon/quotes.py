"""Quotes: which statuses quote one, taking back the leave to, and who may quote it from now on."""

import msgspec

from bema.domain import quoting
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.paging import Paging
from bema.edge.mastodon.statuses import QUOTE_POLICY_OF, one
from bema.edge.mastodon.timelines import page_of_posts
from bema.edge.routes import Routes, Surface
from bema.model.errors import NotFound
from bema.model.ids import PostId, parse_id
from bema.store import accounts
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import WantedQuotePolicy
from bema.wire.mastodon.statuses import EncodedStatus

routes = Routes(Surface.API)


@routes.get("/api/v1/statuses/{id}/quotes", scope="read:statuses", answer=list[EncodedStatus])
def quotes(call: Call, tx: Tx, ask: Paging) -> Json:
    """View the posts that quote a post."""
    return page_of_posts(call, quoting.page(tx, call.viewer, call.path_id(), ask.range()))


@routes.post("/api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke", scope="write:statuses")
def revoke(call: Call, tx: WriteTx) -> EncodedStatus:
    """Take back the leave to quote one's own post, or refuse it to a quote that is pending."""
    id_ = parse_id(call.path_values["quoting_status_id"])
    if id_ is None:
        raise NotFound
    quoting.revoke(tx, call.actor, call.path_id(), PostId(id_))
    return one(call, tx, PostId(id_))


class InteractionPolicy(msgspec.Struct, frozen=True):
    """Who may do what with a post; without a word, what one usually allows."""

    quote_approval_policy: WantedQuotePolicy | None = None


@routes.update("/api/v1/statuses/{id}/interaction_policy", scope="write:statuses")
def set_interaction_policy(call: Call, tx: WriteTx, ask: InteractionPolicy) -> EncodedStatus:
    """Say who may quote one's own post from now on."""
    wanted = ask.quote_approval_policy
    policy = accounts.own(tx, call.actor).post_quote_policy if wanted is None else QUOTE_POLICY_OF[wanted]
    quoting.set_policy(tx, call.actor, call.path_id(), policy)
    return one(call, tx, call.path_id())
