"""Posts of other servers: how one comes to be here, whoever brought it: a delivery, a boost, a thread that was filled.

A post is only ever taken from the server that answers for its id and for its author (checked where it was read); it
goes to whom it was addressed to, never to more; and what was deleted does not come back.
"""

import hashlib
from collections.abc import Iterable, Mapping

from bema.domain import polling
from bema.domain.receiving import asking, people
from bema.domain.receiving.brought import Brought, Lacking, Meaningless
from bema.domain.receiving.file_kinds import SHOWN
from bema.model import limits
from bema.model.allowing import Allowance, Leave, Rule
from bema.model.events import PostPublished, QuoteWaiting, ReplyPlaced
from bema.model.federating import RemoteFile, RemotePoll, RemotePost, RemoteRule, same_origin
from bema.model.ids import AccountId, MediaId, Millis, PostId, moment_of
from bema.model.policy import QuotePolicy, QuoteState, Standing, Visibility
from bema.model.searching import fold
from bema.model.site import Site
from bema.model.views import NO_PICTURE, Attachment, Mention, Picture, PollTerms, Recording
from bema.store import (
    accounts,
    arrivals,
    edits,
    mentions,
    polls,
    posts,
    quote_leaves,
    quote_requests,
    remote_actors,
    remote_files,
    remote_posts,
    tags,
    tombstones,
)
from bema.store.arrivals import Arrival
from bema.store.polls import Standing as PollStanding
from bema.store.posts import Bare, NewPost
from bema.store.remote_actors import Known
from bema.store.remote_posts import Beside
from bema.store.tx import Tx, WriteTx
from bema.wire.html import said

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def post_of(tx: WriteTx, site: Site, brought: Brought, uri: str) -> PostId:
    """Return the post that an id names, here or elsewhere; of what is not here, it is fetched."""
    found = known(tx, site, uri)
    if found is not None:
        return found
    if people.is_ours(site, uri) or tombstones.covers(tx, uri):
        raise Meaningless
    people.check_host(tx, site, uri)
    if uri not in brought.posts:
        raise Lacking("post", uri)
    post = brought.posts[uri]
    if post is None or post.uri != uri:
        raise Meaningless
    return keep(tx, site, brought, post, quiet=True)


def known(tx: Tx, site: Site, uri: str) -> PostId | None:
    """Return the post that an id names, as far as it is known here."""
    own = site.post_at(uri)
    if own is not None:
        bare = posts.bare(tx, own)
        return own if bare is not None and is_ours(tx, bare) else None
    return remote_posts.id_of(tx, uri)


def is_ours(tx: Tx, bare: Bare) -> bool:
    """Tell whether a post is by somebody of this server."""
    author = accounts.by_id(tx, bare.author)
    return author is not None and author.domain is None


def arrives(tx: WriteTx, post: RemotePost, by: Known | None = None, act: str | None = None) -> Arrival:
    """Return what is known of a post that comes; `by` is its author, and `act` the id of its being said."""
    id_ = PostId(tx.new_id_at(_moment(tx, post.published_at)))
    if by is None:
        return arrivals.look(tx, post.uri, id_)
    act = act if act is not None and same_origin(act, by.uri) else None
    return arrivals.look(tx, post.uri, id_, act=act, author=by.id, host=by.host)


def keep(
    tx: WriteTx,
    site: Site,
    brought: Brought,
    post: RemotePost,
    *,
    by: Known | None = None,
    quiet: bool = False,
    arrival: Arrival | None = None,
) -> PostId:
    """Store a post that is not here yet; one that is here already stays as it is.

    `by` is its author, where they are known to take part. `quiet`: somebody looked for it; it is no news, and nobody is
    told of it. `arrival`: what is known of it, where that was asked before.
    """
    arrival = arrival or arrives(tx, post, by)
    if arrival.known is not None:
        return arrival.known
    if people.is_ours(site, post.uri) or not same_origin(post.uri, post.author) or post.vote_for is not None:
        raise Meaningless
    if arrival.buried:
        raise Meaningless("It was deleted")
    actor = by if by is not None and by.uri == post.author else _author(tx, site, brought, post)
    author = actor.id
    visibility = visibility_of(post.to, post.cc, actor.followers)
    if visibility is None:
        raise Meaningless("It is for nobody who could be known here")
    parent = _parent(tx, site, author, post)
    whom = addressed(tx, site, post, actor)
    named = {each.uri for each in post.mentions}
    rejected = arrival.rejects_media if arrival.host == actor.host else people.rejects_media(tx, actor.host)
    shown = not rejected
    files = [attachment(tx, each) for each in post.files] if shown else []
    poll = terms_of(tx, site, post, shown=shown) if post.poll else None
    quoted = known(tx, site, post.quote) if post.quote is not None else None
    state = None if post.quote is None else _quote_state(tx, author, quoted, post.uri)
    id_ = free_id(tx, post.published_at, post.uri) if arrival.is_taken else arrival.id
    posts.add(
        tx,
        NewPost(
            id=id_,
            author=author,
            visibility=visibility,
            created_at=moment_of(id_),
            text=said(post.content_html),  # what is searched
            content_html=post.content_html,
            warning=post.warning,
            sensitive=post.sensitive,
            language=post.language,
            in_reply_to=parent.id if parent else None,
            in_reply_to_author=parent.author if parent else None,
            thread=parent.thread if parent else None,
            attachments=files,
            mentions=[mention for uri, mention in whom.items() if uri in named],
            tags=post.tags,
            emojis=people.emojis(tx, site, post.emojis, shown=shown),
            poll=poll,
            local=False,
            uri=post.uri,
            url=post.url,
            quote_policy=policy_of(post, actor),
            allowance=allowance_of(tx, site, post, actor),
            quote_of=quoted,
            quote_state=state,
            quote_approval_uri=post.quote_approval if post.quote is not None else None,
        ),
    )
    remote_posts.add(
        tx,
        id_,
        Beside(
            post.in_reply_to if parent is None else None,
            post.quote if quoted is None else None,
            post.replies,
            post.thread,
        ),
    )
    if poll is not None and post.poll is not None:
        polling.open_(tx, id_, poll)
        polls.stand(tx, id_, counted(post.poll))
    mentions.add(tx, id_, [each.id for uri, each in whom.items() if uri in named])
    if visibility >= Visibility.FOLLOWERS:
        for uri, each in whom.items():
            if uri not in named:
                mentions.let_see(tx, id_, each.id)
    tags.tag_post(tx, id_, {fold(each): each for each in post.tags})
    if not quiet and named - whom.keys():
        asking.ask_named(tx, id_)
    if arrival.awaited:
        _join(tx, post.uri, id_, author, parent.thread if parent else id_)
    tx.emit(
        PostPublished(
            post=id_,
            author=author,
            visibility=visibility,
            in_reply_to=parent.id if parent else None,
            quote_of=quoted if state is QuoteState.ACCEPTED else None,
            quiet=quiet,
        )
    )
    if quoted is not None and quote_requests.was_refused(tx, quoted, post.uri) is False:
        tx.emit(QuoteWaiting(post=id_, author=author, quote_of=quoted))
    return id_


def name(tx: WriteTx, site: Site, id_: PostId, post: RemotePost) -> None:
    """Let a post name those of whom it names who are known by now; it tells them nothing: they are elsewhere."""
    bare = posts.held(tx, id_)
    actor = None if bare is None else remote_actors.by_id(tx, bare.author)
    if actor is None or actor.uri != post.author:
        return
    whom = addressed(tx, site, post, actor)
    mentioned = [whom[each.uri] for each in post.mentions if each.uri in whom]
    edits.replace_mentions(tx, id_, mentioned)
    mentions.add(tx, id_, [each.id for each in mentioned if each.domain is not None])


def visibility_of(to: Iterable[str], cc: Iterable[str], followers: str | None) -> Visibility | None:
    """Return who something is for; None where it is for nobody at all."""
    to, cc = list(to), list(cc)
    if PUBLIC in to:
        return Visibility.PUBLIC
    if PUBLIC in cc:
        return Visibility.UNLISTED
    if followers is not None and followers in (*to, *cc):
        return Visibility.FOLLOWERS
    return Visibility.DIRECT if to or cc else None


def _parent(tx: Tx, site: Site, author: AccountId, post: RemotePost) -> Bare | None:
    """Return what a post answers, if it is known here, and somebody here did not hide it from its author."""
    if post.in_reply_to is None:
        return None
    id_ = known(tx, site, post.in_reply_to)
    bare = None if id_ is None else posts.bare(tx, id_)
    if bare is None or bare.boost_of is not None:
        return None
    if is_ours(tx, bare) and bare.id not in posts.visible_ids(tx, [bare.id], author):
        return None
    return bare


def _author(tx: WriteTx, site: Site, brought: Brought, post: RemotePost) -> Known:
    found = remote_actors.by_id(tx, people.remote(tx, site, brought, post.author))
    if found is None:
        raise Meaningless
    return found


def addressed(tx: Tx, site: Site, post: RemotePost, actor: Known) -> dict[str, Mention]:
    """Return whom a post names or goes to, as far as they are known here, by their ids."""
    named = [*[each.uri for each in post.mentions], *post.to, *post.cc]
    uris = [uri for uri in dict.fromkeys(named) if uri not in (PUBLIC, actor.followers)]
    found: dict[str, AccountId] = {}
    for uri in uris:
        name = site.account_at(uri)
        local = accounts.by_handle(tx, name, None) if name is not None else None
        if local is not None and local.standing is Standing.ACTIVE:
            found[uri] = local.id
    for uri, each in remote_actors.by_uris(tx, [uri for uri in uris if uri not in found]).items():
        if each.standing is Standing.ACTIVE:
            found[uri] = each.id
    loaded = accounts.by_ids(tx, list(found.values())) if found else {}
    return {uri: Mention(id_, loaded[id_].username, loaded[id_].domain) for uri, id_ in found.items()}


def free_id(tx: WriteTx, at: Millis | None, uri: str) -> PostId:
    """Make an id out of a date of another server, which lies neither in the future nor before there was anything to say.

    Thousands of posts may claim one millisecond: each further try looks in a wider span.
    """
    moment = _moment(tx, at)
    for attempt in range(12):
        spread = int.from_bytes(hashlib.sha256(f"{attempt}{uri}".encode()).digest()[:8]) % 4**attempt
        id_ = PostId(tx.new_id_at(max(moment - spread, 0)))
        if posts.bare(tx, id_) is None:
            return id_
    return PostId(tx.new_id())


def _moment(tx: Tx, at: Millis | None) -> Millis:
    return max(tx.now if at is None else min(at, tx.now), limits.REMOTE_EARLIEST)


def attachment(tx: WriteTx, file: RemoteFile, id_: MediaId | None = None) -> Attachment:
    """Make a file of another server fit to be shown here, under an id that it had before or a new one."""
    remote_files.show(tx, [file.url])
    picture = Picture(remote_files.key_of(file.url), file.width or 0, file.height or 0)
    kind = (file.media_type or "").lower().partition(";")[0].strip()
    type_ = kind.partition("/")[0] if kind in SHOWN else "unknown"
    small = picture if type_ == "image" else NO_PICTURE
    if file.preview_url is not None:
        remote_files.show(tx, [file.preview_url])
        small = Picture(remote_files.key_of(file.preview_url), file.width or 0, file.height or 0)
    plays = type_ in ("video", "audio")
    return Attachment(
        id=MediaId(tx.new_id()) if id_ is None else id_,
        type=type_,
        original=picture,
        small=small,
        description=file.description or None,
        blurhash=file.blurhash,
        focus=file.focus or (0.0, 0.0),
        content_type=file.media_type or "",
        recording=Recording(file.duration or 0.0, 0) if plays else None,
        remote_url=file.url,
    )


# --- Polls and quotes -------------------------------------------------------------------------------------------------


def terms_of(tx: WriteTx, site: Site, post: RemotePost, *, shown: bool) -> PollTerms:
    """Return what a post asks."""
    assert post.poll is not None
    emojis = people.emojis(tx, site, post.emojis, shown=shown)
    named = " ".join(each.title for each in post.poll.choices)
    return PollTerms(
        [each.title for each in post.poll.choices],
        post.poll.closed_at or post.poll.ends_at,
        post.poll.multiple,
        emojis=[each for each in emojis if f":{each.shortcode}:" in named],
    )


def counted(poll: RemotePoll) -> PollStanding:
    """Return how a poll stands where it is asked."""
    tallies = [each.votes for each in poll.choices]
    return PollStanding(tallies, poll.voters if poll.voters is not None else sum(tallies))


def policy_of(post: RemotePost, actor: Known) -> QuotePolicy:
    """Return who may quote a post, at once or if its author lets them."""
    named = {PUBLIC: QuotePolicy.PUBLIC, actor.followers: QuotePolicy.FOLLOWERS}
    at_once = min((named[each] for each in post.may_quote if each in named), default=QuotePolicy.NOBODY)
    asked = min((named[each] for each in post.may_ask_to_quote if each in named), default=QuotePolicy.NOBODY)
    wanted = [each for each in QuotePolicy if (each.at_once, each.when_asked) == (at_once, asked)]
    return wanted[0] if wanted else at_once  # who need not ask may not ask in vain


def allowance_of(tx: Tx, site: Site, post: RemotePost, actor: Known) -> Allowance | None:
    """Return what the author of a post lets people of this server do with it; None where that is everything."""
    told = (post.may_favourite, post.may_answer, post.may_boost)
    named = {
        uri: name for each in told if each for uri in (*each.at_once, *each.asked) if (name := site.account_at(uri))
    }
    found = mentions.resolve(tx, site, {name.lower() for name in named.values()}) if named else {}
    people = {uri: found[name.lower()].id for uri, name in named.items() if name.lower() in found}
    rules = [_rule(each, actor, people) for each in told]
    return Allowance(*rules) if any(rules) else None


def _rule(told: RemoteRule | None, actor: Known, here: Mapping[str, AccountId]) -> Rule | None:
    """Return a rule, with those of the people of this server whom it names."""
    if told is None:
        return None
    leaves = dict.fromkeys(told.asked, Leave.ASK) | dict.fromkeys(told.at_once, Leave.YES)
    people = {here[uri]: leave for uri, leave in leaves.items() if uri in here}
    rule = Rule(
        everybody=leaves.get(PUBLIC, Leave.NO),
        followers=None if actor.followers is None else leaves.get(actor.followers),
        followed=None if actor.following is None else leaves.get(actor.following),
        people=people,
    )
    return None if rule.rules_nothing else rule


def _quote_state(tx: Tx, author: AccountId, quoted: PostId | None, uri: str | None = None) -> QuoteState:
    """Say whether a quote is shown: of others' posts only once their leave was seen; of one's own at once."""
    bare = None if quoted is None else posts.bare(tx, quoted)
    if bare is not None and bare.author == author:
        return QuoteState.ACCEPTED
    given = None if quoted is None or uri is None else quote_leaves.of(tx, quoted, uri)
    return QuoteState.ACCEPTED if given is not None and given.asker == author else QuoteState.PENDING


def _join(tx: WriteTx, uri: str, id_: PostId, author: AccountId, thread: PostId) -> None:
    """Join a post with those that waited for it."""
    for answer, visibility in remote_posts.join(tx, remote_posts.waiting_for(tx, uri), id_, author, thread):
        tx.emit(ReplyPlaced(post=answer, in_reply_to=id_, visibility=visibility))
    for waiting in remote_posts.quotes_waiting_for(tx, uri):
        remote_posts.set_quote(tx, waiting.id, id_, _quote_state(tx, waiting.author, id_, waiting.uri))
