"""People of other servers: how they come to have an account here, and how what they are is kept up to date."""

from bema.domain import keeping_out
from bema.domain.receiving.brought import Brought, Lacking, Meaningless, Person
from bema.model import limits
from bema.model.events import AccountCreated, AccountUpdated
from bema.model.federating import RemoteActor, RemoteEmoji, RemotePicture, host_of, origin, registrable
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Emoji, Field, Picture, ProfilePicture
from bema.store import accounts, attempts, domain_measures, effects, remote_actors, remote_files, tombstones
from bema.store.remote_actors import Profile
from bema.store.tx import Tx, WriteTx
from bema.wire.html import plain


def account_of(tx: WriteTx, site: Site, brought: Brought, uri: str) -> AccountId:
    """Return the account of whom an id names, here or elsewhere; who takes part nowhere is nobody."""
    local = of_here(tx, site, uri)
    return local if local is not None else remote(tx, site, brought, uri)


def of_here(tx: Tx, site: Site, uri: str) -> AccountId | None:
    """Return the account of this server that an id names; an id of ours that names nobody is refused."""
    name = site.account_at(uri)
    if name is None:
        if is_ours(site, uri):
            raise Meaningless
        return None
    found = accounts.by_handle(tx, name, None)
    if found is None or found.standing is not Standing.ACTIVE:
        raise Meaningless
    return found.id


def is_ours(site: Site, uri: str) -> bool:
    """Tell whether an id is one of this server, for which nobody else answers."""
    return origin(uri) == origin(site.base)


def remote(tx: WriteTx, site: Site, brought: Brought, uri: str) -> AccountId:
    """Return the account of somebody of another server, who is stored or fetched if they are new."""
    known = remote_actors.by_uri(tx, uri)
    if known is not None:
        if known.standing is not Standing.ACTIVE:
            raise Meaningless
        return known.id
    if uri not in brought.people:
        check_host(tx, site, uri)
        raise Lacking("person", uri)
    person = brought.people[uri]
    if person is None:
        raise Meaningless
    return keep(tx, site, person)


def check_host(tx: Tx, site: Site, uri: str) -> None:
    """Refuse what is from a server that is kept out, or from none."""
    host = host_of(uri)
    if host is None or keeping_out.is_kept_out(tx, site, host):
        raise Meaningless


def keep(tx: WriteTx, site: Site, person: Person) -> AccountId:
    """Store somebody as their document says now. Nobody elsewhere becomes somebody of here, whatever they call themselves."""
    actor, host = person.actor, person.host
    if is_ours(site, actor.uri) or site.is_here(host):
        raise Meaningless
    check_host(tx, site, actor.uri)
    if keeping_out.is_kept_out(tx, site, host) or tombstones.covers(tx, actor.uri):
        raise Meaningless
    known = remote_actors.by_uri(tx, actor.uri)
    if known is not None and known.standing is Standing.DELETED:
        raise Meaningless
    with_pictures = not rejects_media(tx, host)
    profile = _profile(tx, site, actor, with_pictures=with_pictures)
    if known is None and not accounts.knows_domain(tx, host):
        _check_new(tx, host)
    domain_id = accounts.domain_id(tx, host)
    id_, changed = remote_actors.add(tx, domain_id, actor, profile, keys=actor.keys)
    if known is None or known.closed != actor.suspended:
        effects.apply_to_account(tx, id_, domain_measures.severity_of(tx, host.partition(":")[0]))
    if known is None:
        tx.emit(AccountCreated(account=id_))
    elif changed:
        tx.emit(AccountUpdated(account=id_))
    return id_


def _check_new(tx: WriteTx, host: str) -> None:
    """Refuse to know yet another server under a registered name that had many new ones today: names cost nothing there."""
    key = f"new servers of {registrable(host)}"
    if attempts.count(tx, key, window_seconds=limits.NEW_SERVERS_SECONDS) > limits.NEW_SERVERS_EACH:
        raise Meaningless("Too many new servers have this name")


def rejects_media(tx: Tx, host: str) -> bool:
    """Tell whether pictures of a domain are not wanted here."""
    return any(row.reject_media for row in domain_measures.of(tx, host.partition(":")[0]))


def is_stale(tx: Tx, known: remote_actors.Known) -> bool:
    """Tell whether somebody's document was read so long ago that it is worth reading again."""
    return known.fetched_at + limits.REMOTE_FRESH_SECONDS * 1_000 < tx.now


def emojis(tx: WriteTx, site: Site, named: list[RemoteEmoji], *, shown: bool) -> list[Emoji]:
    """Make custom emojis of another server fit to be shown here."""
    if not shown:
        return []
    remote_files.show(tx, [each.url for each in named], {each.url: each.updated_at for each in named})
    made = []
    for each in named:
        address = site.media(remote_files.key_of(each.url))
        made.append(Emoji(each.shortcode, address, address))
    return made


def _profile(tx: WriteTx, site: Site, actor: RemoteActor, *, with_pictures: bool) -> Profile:
    return Profile(
        [Field(each.name, plain(each.value_html), each.value_html) for each in actor.fields],
        emojis(tx, site, actor.emojis, shown=with_pictures),
        _picture(tx, actor.avatar, limits.AVATAR_SIDE, limits.AVATAR_SIDE) if with_pictures else None,
        _picture(tx, actor.header, limits.HEADER_WIDTH, limits.HEADER_HEIGHT) if with_pictures else None,
    )


def _picture(tx: WriteTx, picture: RemotePicture | None, width: int, height: int) -> ProfilePicture | None:
    if picture is None:
        return None
    remote_files.show(tx, [picture.url], {picture.url: picture.updated_at})
    shown = Picture(remote_files.key_of(picture.url), width, height)
    return ProfilePicture(shown, shown, picture.description[: limits.PORTRAIT_DESCRIPTION_CHARACTERS])
