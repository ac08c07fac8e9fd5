"""Views as Mastodon's entities: the only place where a post becomes a status and an account an account entity."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import UNSET

from bema.model import views
from bema.model.ids import AccountId, PostId
from bema.model.policy import Kind, Visibility
from bema.model.site import Site
from bema.wire.mastodon import accounts as entities
from bema.wire.mastodon import statuses
from bema.wire.mastodon.times import date, iso

VISIBILITIES: dict[Visibility, entities.Visibility] = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}
NO_QUOTES = entities.Approval(automatic=[], manual=[], current_user="denied")
_SHAPES = {Kind.PERSON: "person", Kind.INSTITUTION: "institution", Kind.AUTOMATED: "automated"}


class Renderer:
    """Renders for one viewer. What is the same for everybody is kept from one answer to the next (see `_Look`)."""

    def __init__(self, site: Site, viewer: AccountId | None) -> None:
        self._site = site
        self._viewer = viewer

    def account(self, account: views.Account) -> entities.Account:
        """Render an account."""
        key = (self._site.domain, account.id)
        kept = _accounts.get(key)
        if kept is not None and kept[0] == account:
            return kept[1]
        rendered = entities.Account(**account_fields(self._site, account))
        _keep(_accounts, key, (account, rendered))
        return rendered

    def status(self, post: views.Post) -> statuses.Status:
        """Render a post, with what it boosts."""
        boosted = post.boost_of
        shown = boosted or post  # a boost carries the flags and the text of what it boosts
        flags = shown.flags
        own_look = self._look(post)
        look = own_look if boosted is None else self._look(shown)
        return statuses.Status(
            id=own_look.id,
            created_at=own_look.created_at,
            in_reply_to_id=None if post.in_reply_to is None else str(post.in_reply_to),
            in_reply_to_account_id=None if post.in_reply_to is None else str(post.in_reply_to_author),
            sensitive=shown.sensitive,
            spoiler_text=shown.warning,
            visibility=VISIBILITIES[post.visibility],
            language=shown.language,
            uri=own_look.uri,
            url=own_look.url,
            replies_count=shown.replies,
            reblogs_count=shown.boosts,
            favourites_count=shown.favourites,
            quotes_count=0,
            edited_at=None if shown.edited_at is None else iso(shown.edited_at),
            favourited=UNSET if flags is None else flags.favourited,
            reblogged=UNSET if flags is None else flags.boosted,
            muted=UNSET if flags is None else flags.thread_muted,
            bookmarked=UNSET if flags is None else flags.bookmarked,
            pinned=flags.pinned if flags is not None and boosted is None and self._viewer == post.author.id else UNSET,
            filtered=UNSET if flags is None else (),
            content=shown.content_html,
            reblog=None if boosted is None else self.status(boosted),
            application=look.application,
            account=self.account(post.author),
            media_attachments=look.media,
            mentions=look.mentions,
            tags=look.tags,
            emojis=look.emojis,
            card=None,
            poll=None,
            quote=None,
            quote_approval=NO_QUOTES,
        )

    def _look(self, post: views.Post) -> "_Look":
        key = (self._site.domain, post.id)
        kept = _looks.get(key)
        if kept is not None and _looks_alike(kept[0], post):
            return kept[1]
        look = _look_of(self._site, post)
        _keep(_looks, key, (post, look))
        return look

    def statuses(self, posts: Iterable[views.Post]) -> list[statuses.Status]:
        """Render posts."""
        return [self.status(post) for post in posts]


class _Look(NamedTuple):
    """What is rendered once of a post and stays until the post is edited."""

    id: str
    created_at: str
    uri: str
    url: str
    application: statuses.StatusApplication | None
    media: list[statuses.MediaAttachment]
    mentions: list[statuses.StatusMention]
    tags: list[statuses.StatusTag]
    emojis: list[entities.CustomEmoji]


_KEPT = 10_000  # rendered things of a kind, some 10 MB; when more are seen, all are rendered anew
_accounts: dict[tuple[str, AccountId], tuple[views.Account, entities.Account]] = {}
_looks: dict[tuple[str, PostId], tuple[views.Post, _Look]] = {}


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


def _looks_alike(one: views.Post, other: views.Post) -> bool:
    """Tell whether a look made of one version of a post holds for another, by all that goes into it."""
    return (
        one.tags == other.tags
        and one.mentions == other.mentions
        and one.attachments == other.attachments
        and one.emojis == other.emojis
        and one.app == other.app
        and one.created_at == other.created_at
        and one.author.username == other.author.username
        and one.author.domain == other.author.domain
        and one.uri == other.uri
        and one.url == other.url
    )


def _look_of(site: Site, post: views.Post) -> _Look:
    author = post.author
    return _Look(
        id=str(post.id),
        created_at=iso(post.created_at),
        uri=post.uri or site.object(author.username, post.id),
        url=post.url or site.post(author.acct, post.id),
        application=statuses.StatusApplication(name=post.app.name, website=post.app.website) if post.app else None,
        media=[media_attachment(site, each) for each in post.attachments],
        mentions=[
            statuses.StatusMention(
                id=str(each.id), username=each.username, url=site.profile(_acct(each)), acct=_acct(each)
            )
            for each in post.mentions
        ],
        tags=[statuses.StatusTag(name=name, url=site.tag(name)) for name in post.tags],
        emojis=[emoji(each) for each in post.emojis],
    )


def _acct(mention: views.Mention) -> str:
    return mention.username if mention.domain is None else f"{mention.username}@{mention.domain}"


def account_fields(site: Site, account: views.Account) -> dict[str, Any]:
    """Return the fields that every form of the account entity has."""
    acct = account.acct
    avatar, header = account.avatar, account.header
    default_avatar = site.static(f"pictures/{_SHAPES[account.kind]}.png")
    default_header = site.static("pictures/header.png")
    return {
        "id": str(account.id),
        "username": account.username,
        "acct": acct,
        "display_name": account.display_name,
        "locked": account.locked,
        "bot": account.kind is Kind.AUTOMATED,
        "discoverable": account.discoverable,
        "indexable": account.indexable,
        "group": False,
        "created_at": iso(account.created_at - account.created_at % 86_400_000),
        "note": account.note_html,
        "url": account.url or site.profile(acct),
        "uri": account.uri or site.actor(account.username),
        "avatar": site.media(avatar.original.key) if avatar else default_avatar,
        "avatar_static": site.media(avatar.still.key) if avatar else default_avatar,
        "avatar_description": avatar.description if avatar else "",
        "header": site.media(header.original.key) if header else default_header,
        "header_static": site.media(header.still.key) if header else default_header,
        "header_description": header.description if header else "",
        "followers_count": account.followers,
        "following_count": account.following,
        "statuses_count": account.posts,
        "last_status_at": None if account.last_post_at is None else date(account.last_post_at),
        "hide_collections": account.hide_collections,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "feature_approval": _NO_FEATURING,
        "emojis": [emoji(each) for each in account.emojis],
        "noindex": UNSET if account.domain else not account.indexable,
        "roles": [],
        "fields": [
            entities.Field(
                name=field.name,
                value=field.html,
                verified_at=None if field.verified_at is None else iso(field.verified_at),
            )
            for field in account.fields
        ],
    }


_NO_FEATURING = entities.Approval(automatic=[], manual=[], current_user="denied")


def emoji(each: views.Emoji) -> entities.CustomEmoji:
    """Render an emoji as it is used in a text."""
    return entities.CustomEmoji(
        shortcode=each.shortcode, url=each.url, static_url=each.static_url, visible_in_picker=True
    )


def media_attachment(site: Site, attachment: views.Attachment) -> statuses.MediaAttachment:
    """Render an attachment."""
    x, y = attachment.focus
    return statuses.MediaAttachment(
        id=str(attachment.id),
        type=attachment.type,  # type: ignore[arg-type]  # written by us alone
        url=site.media(attachment.original.key),
        preview_url=site.media(attachment.small.key),
        remote_url=None,
        meta=statuses.MediaMeta(
            original=_size(attachment.original.width, attachment.original.height),
            small=_size(attachment.small.width, attachment.small.height),
            focus=statuses.Focus(x=x, y=y),
        ),
        description=attachment.description,
        blurhash=attachment.blurhash,
    )


@lru_cache(maxsize=1_000)
def _size(width: int, height: int) -> statuses.MediaSize:
    return statuses.MediaSize(width=width, height=height, size=f"{width}x{height}", aspect=width / height)
