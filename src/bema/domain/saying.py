"""Saying: posts of this server with all that they name, as it is told to other servers."""

from collections.abc import Sequence

from bema.model.ids import AccountId, PostId
from bema.model.naming import NO_NAMES, Names, Quoted
from bema.model.site import Site
from bema.model.views import Post
from bema.store import accounts, names, posts
from bema.store.names import Named, Other
from bema.store.tx import Tx
from bema.wire.activitypub import ids


def post(tx: Tx, site: Site, id_: PostId) -> tuple[Post, Names] | None:
    """Load a post that others are to be told of, whoever may see it; None where it is gone."""
    loaded = posts.load(tx, [id_], None)
    return (loaded[0], names_of(tx, site, loaded)[id_]) if loaded else None


def names_of(tx: Tx, site: Site, loaded: Sequence[Post]) -> dict[PostId, Names]:
    """Load what posts name, in two statements; boosts name nothing but what they boost."""
    written = [each for each in loaded if each.boost_of is None]
    if not written:
        return {each.id: NO_NAMES for each in loaded}
    people = accounts.by_ids(tx, {mention.id for each in written for mention in each.mentions})
    addresses = {id_: ids.actor_id(site, account) for id_, account in people.items()}
    named = names.of_posts(tx, [each.id for each in written])
    return {each.id: NO_NAMES for each in loaded} | {
        each.id: _names(site, each, named[each.id], addresses) for each in written if each.id in named
    }


def _names(site: Site, said: Post, named: Named, addresses: dict[AccountId, str]) -> Names:
    return Names(
        people={each.id: addresses[each.id] for each in said.mentions if each.id in addresses},
        in_reply_to=None if named.answered is None else _uri(site, named.answered),
        thread=ids.context_id(site, said.thread) if named.thread_began_here else named.thread_elsewhere,
        quoted=None if named.quoted is None else _quoted(site, said, named, named.quoted),
        leave=named.leave,
    )


def _quoted(site: Site, said: Post, named: Named, quoted: Other) -> Quoted:
    """Name what is quoted, and where its author's leave can be checked; nobody needs leave to quote themselves."""
    approval = named.quote_approval
    if quoted.domain is None and quoted.author != said.author.id and named.quote_accepted:
        approval = ids.quote_stamp_id(site.actor(quoted.username), said.id)
    acct = quoted.username if quoted.domain is None else f"{quoted.username}@{quoted.domain}"
    return Quoted(uri=_uri(site, quoted), url=quoted.url or site.post(acct, quoted.id), approval=approval)


def _uri(site: Site, other: Other) -> str:
    return other.uri or site.object(other.username, other.id)
