"""Quoting: showing another's post inside one's own, with their leave, which they can take back.

Who may quote is the author's choice for each post; whom the author allows need not ask, and others may if that is wanted
(`letting_quote`). A post for followers is quoted by
its author alone, and not to more people than it was for.
"""

from msgspec import structs

from bema.domain import letting_quote, reading
from bema.domain.reading import visible_post
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import QuoteAccepted, QuoteAsked, QuotePolicyChanged, QuoteRevoked
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuoteLeave, QuotePolicy, QuoteState, Visibility
from bema.model.views import Mention, Post, Quote
from bema.store import posts, quote_leaves, quotes
from bema.store.posts import Bare
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def quotable(tx: Tx, author: AccountId, id_: PostId) -> Bare:
    """Return the post that is to be quoted; one that is hidden, gone or not to be quoted looks missing."""
    missing = NotFound("The post you are trying to quote does not appear to exist")
    try:
        quoted = reading.post(tx, author, reading.answerable_post(tx, author, id_).id)
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


def state_at_first(tx: Tx, author: AccountId, quoted: Bare) -> QuoteState:
    """Return how a new quote stands: whoever wants to be asked is, and who is elsewhere, as they may have changed their mind."""
    if quoted.author == author:
        return QuoteState.ACCEPTED
    if quotes.uri_of(tx, quoted.id) is not None:
        return QuoteState.PENDING
    if reading.post(tx, author, quoted.id).leave_to_quote(author) is QuoteLeave.AUTOMATIC:
        return QuoteState.ACCEPTED
    letting_quote.check_room(tx, quoted.author, author)
    return QuoteState.PENDING


def ask_if_here(tx: WriteTx, author: AccountId, quoting: PostId, quoted: Bare, state: QuoteState) -> None:
    """Ask somebody of this server whether they may be quoted; who is elsewhere is asked there."""
    if state is QuoteState.PENDING and quotes.uri_of(tx, quoted.id) is None:
        letting_quote.wait(tx, quoting, author, quoted.id, quoted.author)


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
    uri = quotes.uri_of(tx, quoting.id)
    if letting_quote.refuse_post(tx, actor, quoted.id, quoting.id, uri):
        return
    if quoting.quote_of != quoted.id or not quotes.revoke(tx, quoting.id, quoted.id):
        raise NotFound
    leave = 0 if uri is None else quote_leaves.take_back(tx, quoted.id, uri)
    tx.emit(QuoteRevoked(post=quoting.id, author=quoting.author, quote_of=quoted.id, leave=leave))


def ask(tx: WriteTx, asker: AccountId, post_id: PostId, quoting_uri: str, asked_as: str | None) -> None:
    """Let a post of another server quote one of this, if its author lets the asker; what is hidden looks missing."""
    quoted = reading.post(tx, asker, post_id)
    if not quoted.local or quoted.boost_of is not None:
        raise NotFound
    given = quote_leaves.of(tx, post_id, quoting_uri)
    if (
        given is None
        and quoted.leave_to_quote(asker) is QuoteLeave.MANUAL
        and letting_quote.wait_from_elsewhere(tx, quoted, asker, quoting_uri, asked_as)
    ):
        return
    if given is None and _may_have_leave(tx, asker, quoted):
        quote_leaves.give(tx, post_id, asker, quoting_uri)
        given = quote_leaves.of(tx, post_id, quoting_uri)
    leave = given.id if given is not None and given.asker == asker else 0
    author = quoted.author.id
    tx.emit(QuoteAsked(post=post_id, author=author, by=asker, quoting=quoting_uri, asked_as=asked_as, leave=leave))
    if (
        leave and (quoting := quotes.accept_of(tx, post_id, quoting_uri, asker)) is not None
    ):  # it came before the asking
        tx.emit(QuoteAccepted(post=quoting, author=asker, quote_of=post_id))


def _may_have_leave(tx: WriteTx, asker: AccountId, quoted: Post) -> bool:
    leave = quoted.leave_to_quote(asker)
    return leave is QuoteLeave.AUTOMATIC and quote_leaves.count_of(tx, asker) < limits.QUOTE_LEAVES_EACH


def answered(tx: WriteTx, quoted_author: AccountId, quoting_id: PostId, stamp: str | None) -> None:
    """Take up what the author of a post elsewhere says to being quoted: `stamp` is where leave can be checked, none is a no."""
    bare = posts.bare(tx, quoting_id)
    quoted_id = quotes.quoted_by_post(tx, quoting_id)
    quoted = None if quoted_id is None else posts.bare(tx, quoted_id)
    if bare is None or quoted is None or quoted.author != quoted_author:
        raise NotFound
    state = QuoteState.REJECTED if stamp is None else QuoteState.ACCEPTED
    if quotes.settle(tx, quoting_id, state, stamp) and stamp is not None:
        tx.emit(QuoteAccepted(post=quoting_id, author=bare.author, quote_of=quoted.id))


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
