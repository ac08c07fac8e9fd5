"""Filling: what is missing of a profile or a thread is fetched from where it is at home, within bounds, and is no news.

What is asked for (`asking`) is done by `Filler`, through the network with what `gathering` offers.
"""

import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from bema.domain import featuring, pinning
from bema.domain.receiving import deleting, people, posts, revising
from bema.domain.receiving.brought import Brought, Meaningless, Person
from bema.domain.receiving.gathering import Gatherer
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.events import QuoteAccepted
from bema.model.federating import Leave, RemotePost, same_origin
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuoteState, Standing, Visibility
from bema.model.remote_acts import Members
from bema.model.site import Site
from bema.outside.peers import NotGiven
from bema.outside.unfetched import Unfetched
from bema.store import pins, remote_actors, remote_posts
from bema.store import posts as stored
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


class Filler:
    """Fetches what is missing."""

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer, self._database, self._finder = gatherer, gatherer.database, gatherer.finder
        self._site = gatherer.site

    async def perform(self, body: str) -> None:
        """Do what was asked for; what cannot be had is left out."""
        kind, _, id_ = body.partition(":")
        match kind:
            case "profile":
                await self.profile(AccountId(int(id_)))
            case "above":
                await self.above(PostId(int(id_)))
            case "below":
                await self.below(PostId(int(id_)))
            case "quote":
                await self.quote(PostId(int(id_)))
            case "person":
                await self.person(AccountId(int(id_)))
            case "pins":
                await self.pins(AccountId(int(id_)))
            case "named":
                await self.named(PostId(int(id_)))
            case "look":
                await self.look(PostId(int(id_)))
            case "again":
                await self.again(PostId(int(id_)))

    async def quote(self, id_: PostId) -> None:
        """Fetch what a post quotes, and the leave of its author; without that, nothing of it is shown."""
        pending = await self._database.read(remote_posts.pending_quote, id_)
        if pending is None or pending.leave is None:
            return
        if pending.unknown is not None:
            await self._bring(pending.unknown)
        try:
            leave = await self._finder.leave(pending.leave)
        except Unfetched:
            return
        await self._database.write(_take_leave, id_, leave)

    async def named(self, id_: PostId) -> None:
        """Fetch whom a post names."""
        uri = await self._database.read(remote_posts.uri_of, id_)
        if uri is None:
            return
        try:
            post = await self._finder.post(uri)
        except Unfetched:
            return
        for mention in post.mentions[: limits.FILL_NAMED]:
            await self._try(_person, self._site, mention.uri)
        if post.uri == uri:
            await self._database.write(posts.name, self._site, id_, post)

    async def again(self, id_: PostId) -> None:
        """Read a post again and take up what it says now."""
        uri = await self._database.read(remote_posts.uri_of, id_)
        if uri is None:
            return
        try:
            post = await self._finder.post(uri)
            if post.uri == uri:
                await self._database.write(revising.revise, self._site, post)
        except (Unfetched, Refusal):
            return

    async def look(self, id_: PostId) -> None:
        """Read a post again of which somebody else says that it changed or is gone; where it is gone, it goes here, too."""
        uri = await self._database.read(remote_posts.uri_of, id_)
        if uri is None:
            return
        try:
            post = await self._finder.post(uri)
            if post.uri == uri:
                await self._database.write(revising.revise, self._site, post)
        except NotGiven as no:
            if no.is_gone:
                await self._database.write(deleting.forget_post, id_, uri)
        except (Unfetched, Refusal):
            return

    async def person(self, id_: AccountId) -> None:
        """Read somebody's document again; who is gone for good is deleted here, too."""
        known = await self._database.read(remote_actors.by_id, id_)
        if known is None or not known.may_speak:
            return
        try:
            actor, host = await self._finder.person(known.uri)
            await self._database.write(people.keep, self._site, Person(actor, host))
        except NotGiven as no:
            if no.status == 410:
                await self._database.write(deleting.forget_person, id_)
        except (Unfetched, Refusal):
            return
        else:
            await self.pins(id_)

    async def pins(self, id_: AccountId) -> None:
        """Show what somebody who is followed here has pinned by now: not every server tells when that changes."""
        known = await self._database.read(remote_actors.by_id, id_)
        if known is None or known.standing is not Standing.ACTIVE or known.featured is None:
            return
        if await self._database.read(remote_posts.is_followed, id_):
            with suppress(Unfetched):  # then what was pinned stays
                await self._pin_all(known, await self._finder.members(known.featured))

    async def profile(self, id_: AccountId) -> None:
        """Fetch somebody's newest public posts, what they pinned, and their numbers."""
        known = await self._database.read(remote_actors.by_id, id_)
        if known is None or known.standing is not Standing.ACTIVE:
            return
        outbox = await self._members(known.outbox)
        for post in outbox.posts[: limits.FILL_PROFILE_POSTS]:
            await self._keep_own(known, post)
        whole = {post.uri for post in outbox.posts}
        for uri in [uri for uri in outbox.ids if uri not in whole][: limits.FILL_PROFILE_POSTS]:
            if same_origin(uri, known.uri):
                await self._bring(uri)
        await self._pin_all(known, await self._members(known.featured))
        for name in (await self._members(known.featured_tags)).tags[: limits.FEATURED_TAGS]:
            await self._try(_feature, known, name)
        followers, following = await self._finder.total(known.followers), await self._finder.total(known.following)
        await self._database.write(remote_actors.set_told, id_, outbox.total, followers, following)

    async def above(self, id_: PostId) -> None:
        """Fetch what a post answers, upwards to the first post or as far as it goes."""
        end = time.monotonic() + limits.FILL_SECONDS
        for _ in range(limits.FILL_ABOVE):
            beside = await self._database.read(remote_posts.beside, id_)
            if beside is None or beside.answers is None or time.monotonic() > end:
                return
            found = await self._bring(beside.answers)
            if found is None:
                return
            id_ = found

    async def below(self, id_: PostId) -> None:
        """Fetch the answers to a post, the answers to these and so on, the nearest first."""
        end = time.monotonic() + limits.FILL_SECONDS
        waiting, seen, left, pages = deque([id_]), {id_}, limits.FILL_BELOW, limits.FILL_PAGES
        while waiting and left > 0 and pages > 0 and time.monotonic() < end:
            beside = await self._database.read(remote_posts.beside, waiting.popleft())
            if beside is None or beside.replies is None:
                continue
            page = await self._members(beside.replies)
            answers = list(page.ids)
            pages -= 1
            for _ in range(limits.FILL_PAGES_EACH):
                if page.next is None or not same_origin(page.next, beside.replies) or len(answers) >= left:
                    break
                page = await self._page(page.next)
                answers += page.ids
                pages -= 1
            for uri in answers[:left]:
                left -= 1
                found = await self._bring(uri)
                if found is not None and found not in seen:
                    seen.add(found)
                    waiting.append(found)
                    await self._database.write(remote_posts.looked, found)

    # --- Parts --------------------------------------------------------------------------------------------------------

    async def _members(self, uri: str | None) -> Members:
        if uri is None:
            return Members(uri=None)
        try:
            return await self._finder.members(uri)
        except Unfetched:
            return Members(uri=uri)

    async def _pin_all(self, known: Known, featured: Members) -> None:
        """Take from a profile what is not pinned there any more, as far as that is told, and pin what is."""
        if featured.next is None and (featured.ids or featured.total == 0):
            await self._try(_unpin_others, known, featured.ids)
        for uri in reversed(featured.ids[: limits.PINNED_POSTS]):
            if same_origin(uri, known.uri) and (post_id := await self._bring(uri)) is not None:
                await self._try(_pin, known, post_id)

    async def _page(self, uri: str) -> Members:
        try:
            return await self._finder.page(uri)
        except Unfetched:
            return Members(uri=uri)

    async def _bring(self, uri: str) -> PostId | None:
        """Bring a post by its id; None where it cannot be had."""
        try:
            return await self._gatherer.carry_out(_known_or_brought, self._site, uri)
        except (Unfetched, Refusal):
            return None

    async def _keep_own(self, known: Known, post: RemotePost) -> None:
        if post.author == known.uri and same_origin(post.uri, known.uri):
            await self._try(_keep, self._site, known, post)

    async def _try(self, op: object, *args: object) -> None:
        try:
            await self._gatherer.carry_out(op, *args)  # type: ignore[arg-type]  # each of the operations below takes what it is given
        except (Unfetched, Refusal):
            return


def _person(tx: WriteTx, brought: Brought, site: Site, uri: str) -> None:
    people.account_of(tx, site, brought, uri)


def _known_or_brought(tx: WriteTx, brought: Brought, site: Site, uri: str) -> PostId:
    return posts.post_of(tx, site, brought, uri)


def _keep(tx: WriteTx, brought: Brought, site: Site, known: Known, post: RemotePost) -> None:
    """Keep a post that came whole in its author's outbox: for everybody, or it is not for us."""
    visibility = posts.visibility_of(post.to, post.cc, known.followers)
    if visibility is None or visibility > Visibility.UNLISTED:
        raise Meaningless
    people.check_host(tx, site, post.uri)
    posts.keep(tx, site, brought, post, quiet=True)


def _unpin_others(tx: WriteTx, _brought: Brought, known: Known, uris: Sequence[str]) -> None:
    for id_, uri in pins.of_elsewhere(tx, known.id):
        if uri not in uris:
            pinning.unpin(tx, known.id, id_)


def _pin(tx: WriteTx, _brought: Brought, known: Known, post_id: PostId) -> None:
    bare = stored.bare(tx, post_id)
    if bare is not None and bare.author == known.id:
        pinning.pin(tx, known.id, post_id)


def _feature(tx: WriteTx, _brought: Brought, known: Known, name: str) -> None:
    featuring.feature_tag(tx, known.id, name)


def _take_leave(tx: WriteTx, id_: PostId, leave: Leave) -> None:
    """Show a quote whose leave is that of the author, for this very post, to quote that very post."""
    pending = remote_posts.pending_quote(tx, id_)
    if pending is None or pending.of is None or (leave.uri, leave.quoting) != (pending.leave, pending.uri):
        return
    if (leave.author, leave.quoted) != (pending.of_author, pending.of_uri):
        return
    remote_posts.set_quote(tx, id_, pending.of, QuoteState.ACCEPTED)
    tx.emit(QuoteAccepted(post=id_, author=pending.author, quote_of=pending.of))
