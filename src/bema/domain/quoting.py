"""Quoting: showing another's post inside one's own, with their leave, which they can take back.

Who may quote is the author's choice for each post; whom the author allows need not ask. A post for followers is quoted by
its author alone, and not to more people than it was for.
"""

from msgspec import structs

from bema.domain import reading
from bema.domain.reading import visible_post
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import QuotePolicyChanged, QuoteRevoked
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuotePolicy, Visibility
from bema.model.views import Mention, Post, Quote
from bema.store import posts, quotes
from bema.store.posts import Bare
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def quotable(tx: Tx, author: AccountId, id_: PostId) -> Bare:
    """Return the post that is to be quoted; one that is hidden, gone or not to be quoted looks missing."""
    missing = NotFound("The post you are trying to quote does not appear to exist")
    try:
        quoted = reading.post(tx, author, visible_post(tx, author, id_).id)
        bare = posts.bare(tx, quoted.id)
    except NotFound:
        raise missing from None
    if bare is None or not quoted.may_be_quoted_by(author):
        raise missing
    return bare


def narrowed(visibility: Visibility, quoted: Bare) -> Visibility:
    """Return the visibility of a quote: what was for followers is not quoted to more people."""
    return max(visibility, Visibility.FOLLOWERS) if quoted.visibility is Visibility.FOLLOWERS else visibility


def check_addressed(author: AccountId, visibility: Visibility, quoted: Bare, mentions: list[Mention]) -> None:
    """Refuse to quote somebody in a letter that does not go to them."""
    if visibility is Visibility.DIRECT and quoted.author not in (author, *(each.id for each in mentions)):
        raise Invalid("Validation failed: Cannot quote a non-mentioned user in a Private Mention post")


def policy_for(visibility: Visibility, wanted: QuotePolicy) -> QuotePolicy:
    """Return who may quote a post: what is not for everybody, nobody but its author."""
    return wanted if visibility <= Visibility.UNLISTED else QuotePolicy.NOBODY


def page(tx: Tx, viewer: AccountId | None, post_id: PostId, range_: Range) -> list[Post]:
    """Load a page of the posts that quote a post, as far as the viewer may and wants to see them."""
    return posts.load(tx, quotes.ids_of(tx, viewer, visible_post(tx, viewer, post_id).id, range_), viewer)


def revoke(tx: WriteTx, actor: AccountId, post_id: PostId, quoting_id: PostId) -> None:
    """Take back the leave to quote one's own post; for good, and without a trace of it in the quote."""
    quoted = visible_post(tx, actor, post_id)
    quoting = visible_post(tx, actor, quoting_id)
    if quoted.author != actor:
        raise Forbidden
    if quoting.quote_of != quoted.id or not quotes.revoke(tx, quoting.id, quoted.id):
        raise NotFound
    tx.emit(QuoteRevoked(post=quoting.id, author=quoting.author, quote_of=quoted.id))


def set_policy(tx: WriteTx, actor: AccountId, post_id: PostId, wanted: QuotePolicy) -> None:
    """Say who may quote one's own post from now on; quotes that there are stay."""
    post = visible_post(tx, actor, post_id)
    if post.author != actor:
        raise Forbidden
    policy = policy_for(post.visibility, wanted)
    if policy is not post.quote_policy:
        quotes.set_policy(tx, post.id, policy)
        tx.emit(QuotePolicyChanged(post=post.id, author=actor))


def to_redraft(tx: Tx, actor: AccountId, post: Post) -> Post:
    """Return one's own post with what it quotes, whatever became of the leave to do so, as far as one may see it."""
    if post.quote is None or post.quote.post is not None:
        return post
    id_ = quotes.quoted_by_post(tx, post.id)
    found = [] if id_ is None else reading.posts_by_ids(tx, actor, [id_])
    return structs.replace(post, quote=Quote(post.quote.state, found[0].id, found[0])) if found else post
