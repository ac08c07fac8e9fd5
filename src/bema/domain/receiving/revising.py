"""Revising: a new version of a post of another server; who may see it stays as it was, whatever the new version says."""

from bema.domain import polling
from bema.domain.receiving import asking, people, posts
from bema.domain.receiving.brought import Meaningless
from bema.model.events import PollEnded, PostEdited, QuotePolicyChanged
from bema.model.federating import RemotePost
from bema.model.ids import PostId
from bema.model.policy import Visibility
from bema.model.searching import fold
from bema.model.site import Site
from bema.model.views import Attachment, PollTerms
from bema.store import allowing, edits, mentions, polls, quotes, remote_actors, remote_posts, tags
from bema.store import posts as stored
from bema.store.posts import Bare
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx
from bema.wire.html import said


def revise(tx: WriteTx, site: Site, post: RemotePost) -> None:
    """Replace what a post says. What only counts votes, or repeats what is known, is no new version."""
    id_ = remote_posts.id_of(tx, post.uri)
    bare = None if id_ is None else stored.held(tx, id_)
    actor = remote_actors.by_uri(tx, post.author)
    if bare is None or actor is None or bare.author != actor.id or bare.boost_of is not None:
        raise Meaningless
    before = edits.current_remote(tx, bare.id)
    if before is None or (post.updated_at is not None and post.updated_at < before.told_at):
        raise Meaningless("A newer version is known")
    _policy(tx, bare, actor, post)
    allowance = posts.allowance_of(tx, site, post, actor)
    if allowance != bare.allowance:
        allowing.rule(tx, bare.id, allowance)
    if post.quote is not None and post.quote_approval is not None:  # it comes after the post, as a rule
        remote_posts.set_leave(tx, bare.id, post.quote_approval)
        asking.ask_quote(tx, bare.id)
    shown = not people.rejects_media(tx, actor.host)
    poll = _poll(tx, site, bare.id, before.content.poll, post, shown=shown)
    files = _files(tx, before.content.attachments, post) if shown else []
    emojis = people.emojis(tx, site, post.emojis, shown=shown)
    addressed = posts.addressed(tx, site, post, actor)
    named = {each.uri for each in post.mentions}
    after = edits.Content(
        text=said(post.content_html),
        content_html=post.content_html,
        warning=post.warning,
        sensitive=post.sensitive,
        language=post.language,
        attachments=files,
        mentions=[mention for uri, mention in addressed.items() if uri in named],
        tags=post.tags,
        emojis=emojis,
        poll=poll,
    )
    if _says_the_same(after, before.content):
        return
    edits.replace(tx, bare.id, after)
    if bare.visibility < Visibility.FOLLOWERS:  # the readers of what was said to few stay the same few
        mentions.add(tx, bare.id, [each.id for each in after.mentions])
    tags.untag_post(tx, bare.id)
    tags.tag_post(tx, bare.id, {fold(each): each for each in post.tags})
    tx.emit(PostEdited(post=bare.id, author=actor.id))


def _says_the_same(after: edits.Content, before: edits.Content) -> bool:
    return all(
        getattr(after, name) == getattr(before, name) for name in edits.Content.__struct_fields__ if name != "text"
    )


def _files(tx: WriteTx, before: list[Attachment], post: RemotePost) -> list[Attachment]:
    """Return the files of the new version; one that was there keeps its id."""
    known = {each.remote_url: each.id for each in before}
    return [posts.attachment(tx, each, known.get(each.url)) for each in post.files]


def _policy(tx: WriteTx, bare: Bare, actor: Known, post: RemotePost) -> None:
    wanted = posts.policy_of(post, actor)
    if wanted is not bare.quote_policy:
        quotes.set_policy(tx, bare.id, wanted)
        tx.emit(QuotePolicyChanged(post=bare.id, author=actor.id))


def _poll(
    tx: WriteTx, site: Site, id_: PostId, before: PollTerms | None, post: RemotePost, *, shown: bool
) -> PollTerms | None:
    """Take up how a poll stands; where it asks something else, all votes are void."""
    if post.poll is None:
        polling.change(tx, id_, before, None)
        return None
    after = posts.terms_of(tx, site, post, shown=shown)
    polling.change(tx, id_, before, after)
    standing = polls.held(tx, id_)
    if standing is not None:
        told = posts.counted(post.poll)
        over = post.poll.closed_at is not None and not standing.ended
        polls.stand(tx, id_, polls.Standing(told.tallies, told.voters, standing.ended or over))
        if over:
            tx.emit(PollEnded(post=id_))
    return after
