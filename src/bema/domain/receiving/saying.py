"""Saying: posts and votes that come in, new versions of them, and their end."""

from bema.domain import polling, posting
from bema.domain.receiving import asking, deleting, people, posts, revising
from bema.domain.receiving.brought import Brought, Lacking, Meaningless, Person
from bema.model.federating import RemotePost, same_origin
from bema.model.ids import PostId
from bema.model.remote_acts import Bring, Publish, Revise, Withdraw
from bema.model.site import Site
from bema.store import incoming, remote_actors, remote_posts, tombstones
from bema.store import posts as stored
from bema.store.remote_actors import Known
from bema.store.tx import Tx, WriteTx


def publish(tx: WriteTx, site: Site, by: Known, act: Publish, brought: Brought) -> None:
    """Take up what they say themselves, as far as it concerns anybody here."""
    if not act.posts:
        look(tx, site, act, brought)
        return
    for post in act.posts:
        if post.author != by.uri or not same_origin(post.uri, by.uri):
            raise Meaningless("Nobody speaks in the name of another")
        arrival = posts.arrives(tx, post, by, act.uri)
        if arrival.buried:
            raise Meaningless("It was taken back before it came")
        if post.vote_for is not None:
            _vote(tx, site, by, post)
        elif arrival.known is None:
            if not (arrival.followed or arrival.awaited or concerns_here(tx, site, post)):
                raise Meaningless
            posts.keep(tx, site, brought, post, by=by, arrival=arrival)


def _vote(tx: WriteTx, site: Site, by: Known, vote: RemotePost) -> None:
    """Count a vote in a poll of this server; whoever may not see the poll votes for nothing."""
    post_id = None if vote.in_reply_to is None else site.post_at(vote.in_reply_to)
    if post_id is None or vote.vote_for is None:
        raise Meaningless
    polling.vote_also(tx, by.id, post_id, vote.vote_for)


def concerns_here(tx: Tx, site: Site, post: RemotePost) -> bool:
    """Tell whether a post by somebody whom nobody here follows is for somebody here: who is named, or reads the thread."""
    named = [*[each.uri for each in post.mentions], *post.to, *post.cc]
    if any(site.account_at(uri) is not None for uri in named):
        return True
    for uri in (post.in_reply_to, post.quote):
        found = None if uri is None else posts.known(tx, site, uri)
        bare = None if found is None else stored.bare(tx, found)
        if bare is not None and (posts.is_ours(tx, bare) or remote_posts.is_followed(tx, bare.author)):
            return True
    return False


def look(tx: WriteTx, site: Site, act: Publish | Revise | Bring, brought: Brought) -> None:
    """Look at a thing where it is at home, because somebody else says that there is something new."""
    match act:
        case Publish(posts=[first, *_]):
            uri, parent = first.uri, first.in_reply_to
            if parent is None or posts.known(tx, site, parent) is None:
                raise Meaningless
        case Publish(named=str(uri)) | Revise(named=str(uri)) | Bring(what=uri):
            pass
        case Revise(post=RemotePost(uri=uri)):
            if remote_posts.id_of(tx, uri) is None:
                raise Meaningless
        case _:
            raise Meaningless
    if isinstance(act, Revise) and remote_posts.id_of(tx, uri) is not None:
        if uri not in brought.posts:
            raise Lacking("post", uri)
        if (fresh := brought.posts[uri]) is not None and fresh.uri == uri:
            revising.revise(tx, site, fresh)
        return
    posts.post_of(tx, site, brought, uri)


def bring(tx: WriteTx, site: Site, by: Known, act: Bring, brought: Brought) -> None:
    """Take up what a group or relay brings that somebody here follows."""
    if not remote_posts.is_followed(tx, by.id):
        raise Meaningless
    look(tx, site, act, brought)


def revise(tx: WriteTx, site: Site, by: Known, act: Revise, brought: Brought) -> None:
    """Take up a new version of their own post or profile."""
    if act.profile is not None:
        if act.profile.uri != by.uri:
            raise Meaningless("Nobody describes another")
        if act.profile.username.lower() != _username(tx, by):
            raise Meaningless("Names are changed where addresses are asked for")
        asking.ask_pins(tx, people.keep(tx, site, Person(act.profile, by.host)))
    elif act.post is not None:
        if act.post.author != by.uri or not same_origin(act.post.uri, by.uri):
            raise Meaningless("Nobody speaks in the name of another")
        if remote_posts.id_of(tx, act.post.uri) is None:
            publish(tx, site, by, Publish(uri=act.uri, actor=act.actor, posts=[act.post]), brought)
        else:
            revising.revise(tx, site, act.post)
    elif act.named == by.uri:
        if by.uri not in brought.people:
            raise Lacking("person", by.uri)
        if (person := brought.people[by.uri]) is not None:
            asking.ask_pins(tx, people.keep(tx, site, person))
    else:
        look(tx, site, act, brought)


def _username(tx: Tx, by: Known) -> str:
    return remote_actors.username(tx, by.id).lower()


def withdraw(tx: WriteTx, site: Site, by: Known, act: Withdraw) -> None:
    """Let go of what they deleted themselves: a post, a boost, a leave to quote, or all that they are."""
    if act.what == by.uri:
        deleting.forget_person(tx, by.id)
        return
    if not same_origin(act.what, by.uri):
        raise Meaningless("Nobody deletes what is another server's")
    id_ = remote_posts.id_of(tx, act.what)
    if id_ is None:
        deleting.revoke_leave(tx, by, act.what)
        tombstones.add(tx, act.what)  # it may come yet
        return
    forget(tx, by, id_, act.what)


def let_come_again(tx: WriteTx, by: Known, act: Withdraw) -> bool:
    """Take back that something of theirs is gone: whoever wrote it may say it again. False where it was not gone."""
    if act.what == by.uri or not same_origin(act.what, by.uri):
        raise Meaningless("Nobody brings back what is another server's")
    if act.uri is not None:
        incoming.forget(tx, incoming.named(by.uri, act.uri))
    return tombstones.remove(tx, act.what)


def forget(tx: WriteTx, by: Known, id_: PostId, uri: str) -> None:
    """Delete their own post or boost for good."""
    post = stored.held(tx, id_, in_any_case=True)
    if post is None or post.author != by.id:
        raise Meaningless("Nobody deletes what another said")
    tombstones.add(tx, uri)
    posting.destroy(tx, post, with_files=True)
