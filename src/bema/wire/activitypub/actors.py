"""Actors: how the people of this server, and the server itself, present themselves to other servers."""

from collections.abc import Mapping, Sequence
from typing import Any

from bema.model.policy import Kind, Standing
from bema.model.site import Site
from bema.model.views import Account, ProfilePicture
from bema.wire.activitypub import ids
from bema.wire.activitypub.moments import moment
from bema.wire.activitypub.objects import emoji, hashtag, picture
from bema.wire.activitypub.signatures.keys import multikey_of
from bema.wire.text import Hashtag, parse

_TYPES = {Kind.PERSON: "Person", Kind.INSTITUTION: "Organization", Kind.AUTOMATED: "Service"}
_DAY = 86_400_000  # milliseconds: on which somebody joined is told, not when
FRAGMENTS = {"rsa": "main-key", "ed25519": "ed25519-key"}  # how the keys of an actor are called, by their kinds


def actor(
    site: Site,
    account: Account,
    keys: Mapping[str, str],
    *,
    attribution_domains: Sequence[str] = (),
    also_known_as: Sequence[str] = (),
    moved_to: str | None = None,
) -> dict[str, Any]:
    """Describe an account of this server. `keys` are public ones by their kinds, as PEM.

    Of one that was taken out by a decision, no more is told than that, as on Mastodon.
    """
    uri, name = site.actor(account.username), account.username
    taken_out = account.standing is Standing.SUSPENDED
    page = site.profile(name)
    told: dict[str, Any] = {
        **_bare(site, uri, _TYPES[account.kind], name, keys),
        "webfinger": site.handle(name),
        "name": name if taken_out else account.display_name or name,
        "summary": "" if taken_out else account.note_html,
        "url": page,
        "inbox": f"{uri}/inbox",
        "outbox": ids.outbox_id(uri),
        "followers": ids.followers_id(uri),
        "following": ids.following_id(uri),
        "featured": ids.featured_id(uri),
        "featuredTags": ids.featured_tags_id(uri),
        "manuallyApprovesFollowers": account.locked and not taken_out,
        "discoverable": account.discoverable and not taken_out and not account.limited,
        "indexable": account.indexable and not taken_out,
        "memorial": False,
        "showMedia": account.show_media,
        "showRepliesInMedia": account.show_media_replies,
        "showFeatured": account.show_featured,
        "published": moment(account.created_at // _DAY * _DAY),
        "attachment": [] if taken_out else _fields(account),
        "tag": [] if taken_out else _tags(site, account),
    }
    if taken_out:
        return {**told, "suspended": True}
    if account.avatar is not None:
        told["icon"] = _picture(site, account.avatar)
    if account.header is not None:
        told["image"] = _picture(site, account.header)
    if attribution_domains:
        told["attributionDomains"] = list(attribution_domains)
    if also_known_as:
        told["alsoKnownAs"] = list(also_known_as)
    if moved_to is not None:
        told["movedTo"] = moved_to
    return told


def own_actor(site: Site, keys: Mapping[str, str]) -> dict[str, Any]:
    """Describe the server itself: it signs what is asked in nobody's name."""
    return {
        **_bare(site, site.own_actor, "Application", site.account_domain, keys),
        "webfinger": site.handle(site.account_domain),
        "name": site.title,
        "summary": "",
        "url": f"{site.base}/about",
        "inbox": site.shared_inbox,
        "outbox": f"{site.own_actor}/outbox",
        "manuallyApprovesFollowers": True,
    }


def refused_actor(site: Site, account: Account, keys: Mapping[str, str]) -> dict[str, Any]:
    """Describe an account as far as somebody who may not see it must know it, to check what it signs."""
    name = account.username
    uri = site.actor(name)
    told = _bare(site, uri, _TYPES[account.kind], name, keys)
    return {**told, "inbox": f"{uri}/inbox", "outbox": ids.outbox_id(uri)}


def _bare(site: Site, uri: str, type_: str, name: str, keys: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": uri, "type": type_, "preferredUsername": name}
    told["endpoints"] = {"sharedInbox": site.shared_inbox}
    if rsa := keys.get("rsa"):
        told["publicKey"] = {"id": key_id(uri, "rsa"), "owner": uri, "publicKeyPem": rsa}
    if ed25519 := keys.get("ed25519"):
        multikey = multikey_of(ed25519)
        named = {"id": key_id(uri, "ed25519"), "type": "Multikey", "controller": uri, "publicKeyMultibase": multikey}
        told["assertionMethod"] = [named]
    return told


def key_id(uri: str, kind: str) -> str:
    """Name a key of an actor of this server."""
    return f"{uri}#{FRAGMENTS[kind]}"


def _picture(site: Site, portrait: ProfilePicture) -> dict[str, Any]:
    told = picture(site, portrait.original)
    return {**told, "summary": portrait.description, "name": portrait.description} if portrait.description else told


def _fields(account: Account) -> list[dict[str, Any]]:
    return [{"type": "PropertyValue", "name": field.name, "value": field.html} for field in account.fields]


def _tags(site: Site, account: Account) -> list[dict[str, Any]]:
    """List the emojis of a profile, and the hashtags in what it says."""
    names = {token.name.lower(): token.name for token in parse(account.note) if isinstance(token, Hashtag)}
    return [*(emoji(site, each) for each in account.emojis), *(hashtag(site, name) for name in names.values())]
