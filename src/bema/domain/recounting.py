"""Recounting: the lists of what was said that other servers read, as anybody may see them, in bounded pages."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bema.domain import reading, saying
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.federating import origin
from bema.model.ids import AccountId, PostId
from bema.model.naming import Names
from bema.model.site import Site
from bema.model.views import Account, OwnAccount, Post
from bema.store import answers, posts, quote_leaves, removals, synchronizing
from bema.store.answers import Said
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire.activitypub import actors, ids


class Told(msgspec.Struct, frozen=True):
    """A post with what it names."""

    post: Post
    names: Names


class Part(msgspec.Struct, frozen=True):
    """Part of a list of addresses; `after` is where the next part begins, none at the end."""

    uris: list[str]
    after: int | None = None


def told(tx: Tx, site: Site, loaded: list[Post]) -> list[Told]:
    """Load what posts name."""
    names = saying.names_of(tx, site, loaded)
    return [Told(each, names[each.id]) for each in loaded]


def one(tx: Tx, site: Site, viewer: AccountId | None, author: Account, id_: PostId) -> Told:
    """Load a post or boost of an account of this server for somebody who asks from elsewhere."""
    found = reading.post(tx, viewer, id_)
    if not found.local or found.author.id != author.id:
        raise NotFound
    return told(tx, site, [found])[0]


def outbox(tx: Tx, site: Site, viewer: AccountId | None, author: AccountId, range_: Range) -> list[Told]:
    """Load a page of what somebody said and boosted, the newest first."""
    return told(tx, site, reading.by_author(tx, viewer, author, reading.Selection(), range_))


def pinned(tx: Tx, site: Site, viewer: AccountId | None, author: AccountId) -> list[Told]:
    """Load what somebody pinned to their profile."""
    return told(tx, site, reading.pinned(tx, viewer, author))


def own_answers(tx: Tx, site: Site, post: Post) -> Part:
    """Return the first answers that an author gave to themselves; `after` is the last of them."""
    found = answers.of_post_by(tx, post.id, post.author.id, limits.ANSWERS_LOOKED_AT)[: limits.TOLD_PAGE]
    return Part(_uris(site, found), found[-1].id if found else None)


def other_answers(tx: Tx, site: Site, post: Post, own_until: int, after: int) -> Part:
    """Return a page of answers, without those of the author up to `own_until`, which were told already."""
    found = answers.of_post(tx, post.id, after, limits.TOLD_PAGE)
    left = [each for each in found if each.author != post.author.id or each.id > own_until]
    return Part(_uris(site, left), _next(found))


def thread(tx: Tx, site: Site, first: PostId, after: int) -> Part:
    """Return a page of all that was said in a thread that began here with a post that anybody may read."""
    began = posts.bare(tx, first)
    if began is None or reading.post(tx, None, first).uri is not None or began.thread != first:
        raise NotFound
    found = answers.of_thread(tx, first, after, limits.TOLD_PAGE)
    return Part(_uris(site, found), _next(found))


def stamped(tx: Tx, site: Site, viewer: AccountId | None, author: Account, id_: PostId) -> tuple[str, str]:
    """Return the addresses of a post that quotes one of the author's with their leave, and of what it quotes."""
    given = quote_leaves.by_id(tx, id_)
    if given is not None:
        quoted = one(tx, site, viewer, author, given.post).post
        return given.quoting_uri, ids.object_id(site, quoted)
    quoting = posts.load(tx, [id_], None)
    bare = posts.bare(tx, id_)
    if not quoting or bare is None or bare.quote_of is None or bare.author == author.id:
        raise NotFound
    quoted = one(tx, site, viewer, author, bare.quote_of).post
    return ids.object_id(site, quoting[0]), ids.object_id(site, quoted)


def person(tx: Tx, site: Site, own: OwnAccount, keys: Mapping[str, str]) -> dict[str, Any]:
    """Describe an account of this server, with who else they are and where they went."""
    gone = removals.of(tx, own.account.id)
    return actors.actor(
        site,
        own.account,
        keys,
        attribution_domains=own.attribution_domains,
        also_known_as=[each.uri for each in removals.aliases(tx, own.account.id)],
        moved_to=None if gone is None else gone.uri or site.actor(gone.username),
    )


def followers_on(tx: Tx, account: AccountId, server: str) -> list[str]:
    """Return who of one other server (its origin) follows an account, where they are not too many to be told at once."""
    found = synchronizing.followers_on(tx, account, server, limits.SYNCHRONIZED_FOLLOWERS + 1)
    if len(found) > limits.SYNCHRONIZED_FOLLOWERS:
        raise NotFound
    return found


def digests(tx: Tx, account: AccountId) -> dict[str, str]:
    """Sum up an account's followers on each other server, by its origin; those of very many followers are not compared."""
    found = synchronizing.followers_elsewhere(tx, account, limits.SYNCHRONIZED_FOLLOWERS + 1)
    if len(found) > limits.SYNCHRONIZED_FOLLOWERS:
        return {}
    by_server: dict[str, list[str]] = {}
    for uri in found:
        if (server := origin(uri)) is not None:
            by_server.setdefault(server, []).append(uri)
    return {server: digest(uris) for server, uris in by_server.items()}


def digest(uris: Iterable[str]) -> str:
    """Sum up a set of addresses so that two servers can compare theirs: SHA-256 of each, all joined by exclusive or."""
    total = 0
    for uri in uris:
        total ^= int.from_bytes(hashlib.sha256(uri.encode()).digest())
    return f"{total:064x}"


def _uris(site: Site, found: list[Said]) -> list[str]:
    return [each.uri or site.object(each.username, each.id) for each in found if each.shown]


def _next(found: list[Said]) -> int | None:
    return found[-1].id if len(found) == limits.TOLD_PAGE else None
