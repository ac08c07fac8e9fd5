"""Reacting: boosts, favourites and pins of people of other servers, under the same rules as those of people here."""

from bema.domain import favouriting, featuring, pinning, posting
from bema.domain.receiving import people, posts
from bema.domain.receiving.brought import Brought, Meaningless
from bema.model import limits
from bema.model.federating import RemoteEmoji
from bema.model.ids import PostId
from bema.model.policy import Visibility
from bema.model.remote_acts import Favour, Feature, FeatureTag, PassOn
from bema.model.site import Site
from bema.store import favourites, post_reactions, remote_posts
from bema.store import posts as stored
from bema.store.post_reactions import PLAIN
from bema.store.remote_actors import Known
from bema.store.tx import Tx, WriteTx


def pass_on(tx: WriteTx, site: Site, by: Known, act: PassOn, brought: Brought) -> None:
    """Boost a post for those here who follow the booster, or whose post it is; what is not known here is looked at first."""
    known = posts.known(tx, site, act.what)
    if not remote_posts.is_followed(tx, by.id):
        bare = None if known is None else stored.bare(tx, known)
        if bare is None or not posts.is_ours(tx, bare):
            raise Meaningless
    if act.uri is not None and remote_posts.id_of(tx, act.uri) is not None:
        return
    visibility = posts.visibility_of(act.to, act.cc, by.followers)
    if visibility is None or visibility is Visibility.DIRECT:
        visibility = Visibility.UNLISTED
    id_ = posts.post_of(tx, site, brought, act.what)
    when = PostId(tx.new_id()) if act.at is None else posts.free_id(tx, act.at, act.uri or act.what)
    posting.boost(tx, by.id, id_, visibility, uri=act.uri or f"{by.uri}#boost-{when}", id_=when)


def take_back_boost(tx: WriteTx, site: Site, by: Known, what: str | None, named: str | None) -> bool:
    """Take back a boost by its own id, or by what it passed on; False where there is none of theirs."""
    boost_id = None if named is None else remote_posts.id_of(tx, named)
    if boost_id is None and what is not None and (boosted := posts.known(tx, site, what)) is not None:
        boost_id = stored.boost_by(tx, boosted, by.id)
    boost = None if boost_id is None else stored.held(tx, boost_id, in_any_case=True)
    if boost is None or boost.boost_of is None:
        return False
    if boost.author != by.id:
        raise Meaningless("Nobody takes back what another did")
    posting.destroy(tx, boost, with_files=False)
    return True


def favour(tx: WriteTx, site: Site, by: Known, act: Favour) -> None:
    """Favourite a post of this server; a reaction with an emoji counts as one, and is shown as what it is."""
    id_ = _of_here(tx, site, act.what)
    favouriting.favourite(tx, by.id, id_)
    if stored.held(tx, id_) is None:  # from here on nobody else counts its reactions
        raise Meaningless
    name, picture = _shown(tx, site, by, id_, act)
    if post_reactions.add(tx, id_, by.id, name, picture=picture, uri=act.uri) and name != PLAIN:
        post_reactions.show(tx, id_)


def _shown(tx: WriteTx, site: Site, by: Known, id_: PostId, act: Favour) -> tuple[str, str | None]:
    """Return under which name, and with which picture, a reaction is shown; beyond what fits it is a plain favourite."""
    if act.emoji is None or len(post_reactions.names(tx, id_, by.id)) >= limits.REACTIONS_EACH:
        return PLAIN, None
    name = _name(by, act)
    known = post_reactions.kinds(tx, id_)
    if name not in known and len(known) >= limits.REACTION_KINDS:
        return PLAIN, None
    if act.picture is None:
        return name, None
    emoji = RemoteEmoji(act.emoji, act.picture)
    found = people.emojis(tx, site, [emoji], shown=not people.rejects_media(tx, by.host))
    return (name, found[0].url) if found else (PLAIN, None)


def _name(by: Known, act: Favour) -> str:
    return PLAIN if act.emoji is None else act.emoji if act.picture is None else f"{act.emoji}@{by.host}"


def unfavour(tx: WriteTx, site: Site, by: Known, act: Favour) -> bool:
    """Take back a favourite or reaction; False where there was none. The favourite goes with the last of them."""
    id_ = posts.known(tx, site, act.what)
    if id_ is None or stored.held(tx, id_) is None or favourites.id_of(tx, id_, by.id) is None:
        return False
    called = None if act.uri is None else post_reactions.named(tx, by.id, act.uri)
    name = called[1] if called is not None and called[0] == id_ else _name(by, act)
    if name == PLAIN and PLAIN not in (mine := post_reactions.names(tx, id_, by.id)):
        for each in mine:  # it does not say which of them, so all
            _take_back(tx, by, id_, each)
    _take_back(tx, by, id_, name)
    return True


def unfavour_named(tx: WriteTx, by: Known, uri: str) -> bool:
    """Take back a favourite or reaction by what it is called on its own server; False where there was none."""
    found = post_reactions.named(tx, by.id, uri)
    if found is None or stored.held(tx, found[0]) is None:
        return False
    _take_back(tx, by, *found)
    return True


def _take_back(tx: WriteTx, by: Known, id_: PostId, name: str) -> None:
    if post_reactions.remove(tx, id_, by.id, name) and name != PLAIN:
        post_reactions.show(tx, id_)
    if not post_reactions.names(tx, id_, by.id):
        favouriting.unfavourite(tx, by.id, id_)


def _of_here(tx: Tx, site: Site, uri: str) -> PostId:
    if site.post_at(uri) is None or (id_ := posts.known(tx, site, uri)) is None:
        raise Meaningless
    return id_


def feature(tx: WriteTx, site: Site, by: Known, act: Feature, brought: Brought) -> None:
    """Pin their own post to their profile, or take it off."""
    if by.featured is None or act.among != by.featured:
        raise Meaningless
    if not act.added:
        id_ = remote_posts.id_of(tx, act.what)
        if id_ is None:
            raise Meaningless
        pinning.unpin(tx, by.id, id_)
        return
    if not remote_posts.is_followed(tx, by.id) and remote_posts.id_of(tx, act.what) is None:
        raise Meaningless
    pinning.pin(tx, by.id, posts.post_of(tx, site, brought, act.what))


def feature_tag(tx: WriteTx, by: Known, act: FeatureTag) -> None:
    """Show a hashtag on their profile, or no more."""
    if by.featured_tags is None or act.among != by.featured_tags:
        raise Meaningless
    if act.added and not remote_posts.is_followed(tx, by.id):
        raise Meaningless
    (featuring.feature_tag if act.added else featuring.unfeature_tag)(tx, by.id, act.name)
