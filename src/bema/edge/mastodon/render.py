"""Views as Mastodon's entities: the only place where a post becomes a status and an account an account entity."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Literal, get_args

import msgspec
from msgspec import UNSET, Raw, UnsetType

from bema.edge.mastodon.attachments import media_attachment
from bema.edge.mastodon.cards import card
from bema.edge.mastodon.filtered import results
from bema.model import views
from bema.model.collecting import may_be_collected
from bema.model.ids import AccountId, PostId
from bema.model.mailing import offered
from bema.model.policy import Kind, QuoteLeave, QuotePolicy, Role, Standing, Visibility
from bema.model.site import Site
from bema.wire.html import with_link_to_quoted
from bema.wire.mastodon import accounts as entities
from bema.wire.mastodon import statuses
from bema.wire.mastodon.statuses import EncodedStatus, Quote, QuoteState, StatusForReader
from bema.wire.mastodon.times import date, iso

VISIBILITIES: dict[Visibility, entities.Visibility] = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}
QUOTE_POLICIES: dict[QuotePolicy, entities.QuotePolicy] = {
    QuotePolicy.PUBLIC: "public",
    QuotePolicy.FOLLOWERS: "followers",
    QuotePolicy.NOBODY: "nobody",
    QuotePolicy.ASKED: "nobody",  # at once; Mastodon has no word for the rest
    QuotePolicy.FOLLOWERS_ASKED: "nobody",
    QuotePolicy.FOLLOWERS_OR_ASKED: "followers",
}
Featuring = Literal["automatic", "denied", "missing"]
_SHAPES = {Kind.PERSON: "person", Kind.INSTITUTION: "institution", Kind.AUTOMATED: "automated"}


class Renderer:
    """Renders for one viewer. What is the same for everybody is encoded once and kept from one answer to the next."""

    def __init__(self, site: Site, viewer: AccountId | None) -> None:
        self.site = site
        self._viewer = viewer
        # Accounts and posts differ for those who are signed in and those who are not: may one quote, recommend, …
        self._shared = _shared.setdefault((site.domain, site.email_subscriptions, viewer is not None), {})

    def account(self, account: views.Account) -> entities.Account:
        """Render an account."""
        return _account(self.site, account, signed_in=self._viewer is not None)

    def status(self, post: views.Post) -> EncodedStatus:
        """Render a post, with what it boosts."""
        shown = post.boost_of or post
        quotable = shown.leave_to_quote(self._viewer)
        kept = self._shared.get(post.id)
        is_own = self._viewer is not None and self._viewer in (post.author.id, shown.author.id)
        if kept is not None and kept[0] is post and kept[1] is quotable and not is_own:
            return kept[2]
        rendered = Raw(self._for_everybody(post) + self._for_reader(post))
        if post.made_of is not None and not is_own:
            _keep(self._shared, post.id, (post, quotable, rendered))
        return rendered

    def statuses(self, posts: Iterable[views.Post]) -> list[EncodedStatus]:
        """Render posts."""
        return [self.status(post) for post in posts]

    def to_redraft(self, post: views.Post, text: str) -> EncodedStatus:
        """Render a post that was deleted, with its text as it was typed in the place of its content."""
        status = msgspec.structs.replace(
            _status(self.site, post, signed_in=self._viewer is not None), content=UNSET, text=text
        )
        return Raw(_opened(status) + _closed(msgspec.structs.replace(self._reading(post), content=UNSET)))

    def _for_everybody(self, post: views.Post) -> bytes:
        """Return the beginning of a status, up to what depends on the reader."""
        boosted = post.boost_of
        made_of = (post.made_of, None if boosted is None else boosted.made_of)
        key = (self.site.domain, self.site.email_subscriptions, post.id, self._viewer is not None)
        kept = _statuses.get(key)
        if kept is not None and kept[0] == made_of:
            return kept[1]
        encoded = _opened(_status(self.site, post, signed_in=self._viewer is not None))
        if post.made_of is not None:
            _keep(_statuses, key, (made_of, encoded))
        return encoded

    def _for_reader(self, post: views.Post) -> bytes:
        """Return the rest of a status; of a boost, with the status that it boosts, whole."""
        shown = post.boost_of or post
        if shown.poll is None and shown.quote is None:
            own = shown.flags is not None and shown is post and self._viewer == post.author.id
            key = (shown.flags, own, shown is post, shown.quote_policy, shown.leave_to_quote(self._viewer))
            rest = _plain.get(key)
            if rest is None:
                _keep(_plain, key, rest := _closed(self._reading(post)))
        else:
            rest = _closed(self._reading(post))
        if shown is post:
            return rest
        return b'"reblog":' + self._for_everybody(shown) + self._for_reader(shown) + b"," + rest

    def _reading(self, post: views.Post, *, inside: bool = False) -> StatusForReader:
        boosted = post.boost_of
        shown = boosted or post  # a boost carries the flags of what it boosts
        flags = shown.flags
        own = flags is not None and boosted is None and self._viewer == post.author.id
        same: dict[str, Any] = {
            "reblog": None if boosted is None else UNSET,  # see `_for_reader`
            "poll": None if shown.poll is None else poll(shown.poll),
            "quote": None if post.quote is None else self.quote(post.quote, inside=inside),
            "content": UNSET if shown.quote is None else _with_link_to_quoted(self.site, shown, shown.quote),
            "quote_approval": _APPROVALS[shown.quote_policy, shown.leave_to_quote(self._viewer)],
        }
        if flags is None:
            return StatusForReader(**same)
        return StatusForReader(
            favourited=flags.favourited,
            reblogged=flags.boosted,
            muted=flags.thread_muted,
            bookmarked=flags.bookmarked,
            pinned=flags.pinned if own else UNSET,
            filtered=results(flags.filtered),
            **same,
        )

    def quote(self, quote: views.Quote, *, inside: bool = False) -> Quote:
        """Render what a post quotes; `inside` a post that is itself quoted only by its id."""
        state = _QUOTE_STATES[quote.state]
        if inside:
            return Quote(state=state, quoted_status_id=None if quote.post_id is None else str(quote.post_id))
        if quote.post is None:
            return Quote(state=state, quoted_status=None)
        rest = _closed(self._reading(quote.post, inside=True))
        return Quote(state=state, quoted_status=Raw(self._for_everybody(quote.post) + rest))


_QUOTE_STATES: dict[str, QuoteState] = {
    "pending": "pending",
    "accepted": "accepted",
    "rejected": "rejected",
    "revoked": "revoked",
    "deleted": "deleted",
    "hidden": "unauthorized",
    "blocked": "blocked_account",
    "blocked_domain": "blocked_domain",
    "muted": "muted_account",
}
_QUOTED_BY: dict[QuotePolicy, list[entities.ApprovalFor]] = {
    QuotePolicy.PUBLIC: ["public"],
    QuotePolicy.FOLLOWERS: ["followers"],
    QuotePolicy.NOBODY: [],
}
_APPROVALS = {
    (policy, leave): entities.Approval(
        automatic=_QUOTED_BY[policy.at_once], manual=_QUOTED_BY[policy.when_asked], current_user=leave.value
    )
    for policy in QuotePolicy
    for leave in QuoteLeave
}


def _with_link_to_quoted(site: Site, post: views.Post, quote: views.Quote) -> str:
    """Return what a quote says, with a link to what it quotes for clients that know no quotes, if the reader wants that."""
    quoted = quote.post
    if quoted is None or quote.state != "accepted":
        return post.content_html
    return with_link_to_quoted(post.content_html, quoted.url or site.post(quoted.author.acct, quoted.id))


_encode = msgspec.json.Encoder().encode


def _opened(status: statuses.Status) -> bytes:
    """Encode a status up to the place where more keys can follow."""
    return _encode(status)[:-1] + b","


def _closed(rest: StatusForReader) -> bytes:
    """Encode the keys that follow."""
    return _encode(rest)[1:]


_KEPT = 4_000  # rendered things of a kind; some 20 MB of statuses. When more are seen, all are rendered anew
# Both differ for those who are signed in and those who are not: an account says whether they may recommend it.
_accounts: dict[tuple[str, bool, AccountId, bool], tuple[views.Account, entities.Account]] = {}
_shared: dict[tuple[str, bool, bool], dict[PostId, tuple[views.Post, QuoteLeave, EncodedStatus]]] = {}
_statuses: dict[tuple[str, bool, PostId, bool], tuple[tuple[object, object], bytes]] = {}
_plain: dict[
    tuple[views.Flags | None, bool, bool, QuotePolicy, QuoteLeave], bytes
] = {}  # what readers see of posts that have nothing special for them


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


def _status(site: Site, post: views.Post, *, signed_in: bool) -> statuses.Status:
    """Render what of a post is the same for everybody; a boost has the text of what it boosts."""
    author = post.author
    shown = post.boost_of or post
    return statuses.Status(
        id=str(post.id),
        created_at=iso(post.created_at),
        in_reply_to_id=None if post.in_reply_to is None else str(post.in_reply_to),
        in_reply_to_account_id=None if post.in_reply_to is None else str(post.in_reply_to_author),
        sensitive=shown.sensitive,
        spoiler_text=shown.warning,
        visibility=VISIBILITIES[post.visibility],
        language=shown.language,
        uri=post.uri or site.object(author.username, post.id),
        url=post.url or site.post(author.acct, post.id),
        replies_count=shown.replies,
        reblogs_count=shown.boosts,
        favourites_count=shown.favourites,
        quotes_count=shown.quotes,
        edited_at=None if shown.edited_at is None else iso(shown.edited_at),
        content=shown.content_html if shown.quote is None else UNSET,  # a quote's depends on who may see what it quotes
        application=statuses.StatusApplication(name=shown.app.name, website=shown.app.website) if shown.app else None,
        account=_account(site, author, signed_in=signed_in),
        media_attachments=[media_attachment(site, each) for each in shown.attachments],
        mentions=[
            statuses.StatusMention(
                id=str(each.id), username=each.username, url=site.profile(_acct(each)), acct=_acct(each)
            )
            for each in shown.mentions
        ],
        tags=[statuses.StatusTag(name=name, url=site.tag(name)) for name in shown.tags],
        emojis=[emoji(each) for each in shown.emojis],
        card=None if shown.card is None else card(site, shown.card, partial(_account, site, signed_in=signed_in)),
        trust=_trust(shown),
        pleroma=statuses.Pleroma(emoji_reactions=[_reaction(each) for each in shown.reactions])
        if shown.reactions
        else UNSET,
        **_LATER,
    )


def _reaction(reacted: views.Reacted) -> statuses.EmojiReaction:
    picture = UNSET if reacted.picture is None else reacted.picture
    return statuses.EmojiReaction(name=reacted.name, count=reacted.people, url=picture, static_url=picture)


def _trust(decided: views.Post | views.Account) -> entities.Trust | UnsetType:
    """Say what decisions put beside a post or an account; mostly nothing."""
    if decided.label is None and decided.staff_note is None:
        return UNSET
    return entities.Trust(label=decided.label, note=decided.staff_note)


# What follows for each reader, see `StatusForReader`: what is unset is not encoded.
_LATER: Any = dict.fromkeys(("reblog", "poll", "quote", "quote_approval"), UNSET)


def _account(site: Site, account: views.Account, *, signed_in: bool) -> entities.Account:
    key = (site.domain, site.email_subscriptions, account.id, signed_in)
    kept = _accounts.get(key)
    if kept is not None and kept[0] == account:
        return kept[1]
    rendered = entities.Account(**account_fields(site, account, signed_in=signed_in))
    _keep(_accounts, key, (account, rendered))
    return rendered


def _acct(mention: views.Mention) -> str:
    return mention.username if mention.domain is None else f"{mention.username}@{mention.domain}"


def account_fields(site: Site, account: views.Account, *, signed_in: bool = True) -> dict[str, Any]:
    """Return the fields that every form of the account entity has, for somebody signed in or for a stranger."""
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
        "show_media": account.show_media,
        "show_media_replies": account.show_media_replies,
        "show_featured": account.show_featured,
        "feature_approval": _FEATURING[_featuring(account), signed_in],
        "email_subscriptions": offered(site, account) if site.email_subscriptions else UNSET,
        "emojis": [emoji(each) for each in account.emojis],
        "suspended": True if account.standing is Standing.SUSPENDED else UNSET,
        "limited": True if account.limited else UNSET,
        "memorial": True if account.memorial else UNSET,
        "trust": _trust(account),
        "noindex": UNSET if account.domain else not account.indexable,
        "roles": [] if account.badge is Role.MEMBER else [ROLE_BADGES[account.badge]],
        "fields": [
            entities.Field(
                name=field.name,
                value=field.html,
                verified_at=None if field.verified_at is None else iso(field.verified_at),
            )
            for field in account.fields
        ],
    }


# Roles as they are shown on profiles.
ROLE_BADGES = {
    role: entities.AccountRole(id=str(int(role)), name=role.name.title(), color="")
    for role in Role
    if role is not Role.MEMBER
}
_FEATURING = {
    (by, signed_in): entities.Approval(
        automatic=["public"] if by == "automatic" else [], manual=[], current_user=by if signed_in else "denied"
    )
    for by in get_args(Featuring)
    for signed_in in (True, False)
}


def _featuring(account: views.Account) -> Featuring:
    """Say how an account comes into collections; of one elsewhere nothing is known."""
    if account.domain is not None:
        return "missing"
    return "automatic" if may_be_collected(account) else "denied"


def emoji(each: views.Emoji) -> entities.CustomEmoji:
    """Render an emoji as it is used in a text."""
    return entities.CustomEmoji(
        shortcode=each.shortcode, url=each.url, static_url=each.static_url, visible_in_picker=True
    )


def poll(asked: views.Poll) -> statuses.Poll:
    """Render a poll."""
    shown = asked.shows_totals
    return statuses.Poll(
        id=str(asked.id),
        expires_at=None if asked.terms.expires_at is None else iso(asked.terms.expires_at),
        expired=asked.closed,
        multiple=asked.terms.multiple,
        votes_count=sum(asked.tallies),
        voters_count=asked.voters,
        voted=UNSET if asked.own_votes is None else asked.voted,
        own_votes=UNSET if asked.own_votes is None else asked.own_votes,
        options=[
            statuses.PollOption(title=title, votes_count=tally if shown else None)
            for title, tally in zip(asked.terms.options, asked.tallies, strict=True)
        ],
        emojis=[emoji(each) for each in asked.terms.emojis],
    )
