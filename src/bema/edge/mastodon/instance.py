"""What the server says about itself: both versions of the instance, its rules, texts, peers and activity.

The limits announced are the ones that hold.
"""

from collections.abc import Callable
from functools import lru_cache

import babel
import msgspec

from bema import __version__
from bema.domain import agreeing, policies
from bema.edge import counted
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.policies import ABOUT, PRIVACY, RULES
from bema.model.policies import Standing as Agreed
from bema.model.policy import Standing
from bema.model.retrospect import campaign
from bema.outside import images, vapid
from bema.outside.recordings import formats
from bema.store import accounts, sizes
from bema.store.tx import Tx
from bema.wire.html import render
from bema.wire.mastodon import instance as entities
from bema.wire.mastodon.accounts import Account
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)

# Clients read the leading digits as a release of Mastodon and switch off below 4.0 what is here; the rest is for people.
# The release is the one that first announced the level of the API below.
VERSION = f"4.6.0 (compatible; Bema {__version__})"
# What clients go by for what is newer: groups of notifications from 2 on, quotes from 7, collections from 10.
API_VERSIONS = entities.ApiVersions(mastodon=10)

STATUSES = entities.StatusLimits(
    max_characters=limits.POST_CHARACTERS,
    max_media_attachments=limits.POST_ATTACHMENTS,
    characters_reserved_per_url=limits.LINK_CHARACTERS,
)
MEDIA = entities.MediaLimits(
    description_limit=limits.MEDIA_DESCRIPTION_CHARACTERS,
    image_matrix_limit=limits.IMAGE_PIXELS,
    image_size_limit=limits.IMAGE_BYTES,
    supported_mime_types=[*images.ACCEPTED, *formats.ACCEPTED],
    video_frame_rate_limit=limits.VIDEO_FRAME_RATE,
    video_matrix_limit=limits.VIDEO_PIXELS,
    video_size_limit=limits.VIDEO_BYTES,
)
POLLS = entities.PollLimits(
    max_options=limits.POLL_OPTIONS,
    max_characters_per_option=limits.POLL_OPTION_CHARACTERS,
    min_expiration=limits.POLL_SECONDS_MIN,
    max_expiration=limits.POLL_SECONDS_MAX,
)
ACCOUNTS = entities.AccountLimits(
    max_display_name_length=limits.DISPLAY_NAME_CHARACTERS,
    max_note_length=limits.NOTE_CHARACTERS,
    max_avatar_description_length=limits.PORTRAIT_DESCRIPTION_CHARACTERS,
    max_header_description_length=limits.PORTRAIT_DESCRIPTION_CHARACTERS,
    max_featured_tags=limits.FEATURED_TAGS,
    max_pinned_statuses=limits.PINNED_POSTS,
    max_profile_fields=limits.PROFILE_FIELDS,
    profile_field_name_limit=limits.FIELD_CHARACTERS,
    profile_field_value_limit=limits.FIELD_CHARACTERS,
)
_EVERYBODY = entities.FeedAccess(local="public", remote="public")
_encode = msgspec.json.Encoder().encode


class Activity(msgspec.Struct, frozen=True):
    """What happened in one week; numbers are strings here. `logins` are those who wrote something."""

    week: str
    statuses: str
    logins: str
    registrations: str


class Language(msgspec.Struct, frozen=True):
    """A language that a status may be in."""

    code: str
    name: str


@routes.get("/api/v2/instance", answer=entities.Instance)
def view(call: Call, tx: Tx) -> Answer:
    """View the server."""
    return _kept(call, tx, "instance", _instance)


@routes.get("/api/v1/instance", answer=entities.InstanceV1)
def view_v1(call: Call, tx: Tx) -> Answer:
    """View the server (older form)."""
    return _kept(call, tx, "instance v1", _instance_v1)


@routes.get("/api/v1/instance/rules")
def rules(call: Call, tx: Tx) -> list[entities.Rule]:
    """List the rules of the server."""
    return rules_of(tx)


@routes.get("/api/v1/instance/extended_description")
def extended_description(call: Call, tx: Tx) -> entities.ExtendedDescription:
    """View the long description of the server."""
    found = policies.in_force(tx, ABOUT)
    if found is None:
        text = call.parts.settings.description
        return entities.ExtendedDescription(updated_at=None, content=render(text, {}, call.site.tag))
    return _described(call, found)


@routes.get("/api/v1/instance/privacy_policy")
def privacy_policy(call: Call, tx: Tx) -> entities.ExtendedDescription:
    """View the privacy policy."""
    found = policies.in_force(tx, PRIVACY)
    if found is None:
        raise NotFound
    return _described(call, found)


def _described(call: Call, standing: Agreed) -> entities.ExtendedDescription:
    since = standing.version.effective_from
    return entities.ExtendedDescription(
        updated_at=None if since is None else iso(since), content=agreeing.in_html(standing, call.site)
    )


@routes.get("/api/v1/instance/peers")
def peers(call: Call, tx: Tx) -> list[str]:
    """List other servers that this one knows."""
    return sizes.known_domains(tx, limits.PEERS)


@routes.get("/api/v1/instance/activity", answer=list[Activity])
def activity(call: Call, tx: Tx) -> Answer:
    """View what happened in the last weeks."""
    return _kept(call, tx, "activity", _activity, seconds=limits.COUNTED_SECONDS)


@routes.get("/api/v1/instance/languages")
def languages(call: Call, tx: Tx) -> list[Language]:
    """List the languages that a status may be in."""
    return _languages()


def _kept(
    call: Call, tx: Tx, name: str, make: Callable[[Call, Tx], object], *, seconds: int = limits.INSTANCE_SECONDS
) -> Answer:
    """Answer with bytes that are some seconds old: clients ask for this more often than it changes."""
    body = counted.recent(call.parts.database, tx, name, lambda: _encode(make(call, tx)), seconds=seconds)
    return Answer(body)


def _instance(call: Call, tx: Tx) -> entities.Instance:
    settings, site = call.parts.settings, call.site
    return entities.Instance(
        domain=site.account_domain,
        title=settings.title,
        version=VERSION,
        source_url=settings.source_url or f"{site.base}/about",
        description=settings.description,
        usage=entities.Usage(
            users=entities.ActiveUsers(active_month=counted.sizes(call.parts.database, tx).active_month)
        ),
        thumbnail=entities.Thumbnail(url=site.static("pictures/header.png"), description=""),
        icon=[
            entities.InstanceIcon(src=site.static(f"pictures/icon-{side}.png"), size=f"{side}x{side}")
            for side in (180, 192, 512)
        ],
        languages=settings.languages,
        configuration=entities.Configuration(
            urls=entities.InstanceUrls(
                streaming=_streaming(call),
                status=None,
                about=f"{site.base}/about",
                privacy_policy=f"{site.base}/privacy" if policies.in_force(tx, PRIVACY) else None,
                terms_of_service=f"{site.base}/terms-of-service" if agreeing.has_terms(tx) else None,
            ),
            vapid=entities.Vapid(public_key=vapid.public_key(settings.secret.encode())),
            accounts=ACCOUNTS,
            statuses=STATUSES,
            media_attachments=MEDIA,
            polls=POLLS,
            translation=entities.Translation(enabled=bool(settings.translate_url)),
            timelines_access=entities.TimelinesAccess(
                live_feeds=_EVERYBODY, hashtag_feeds=_EVERYBODY, trending_link_feeds=_EVERYBODY
            ),
            limited_federation=False,
        ),
        wrapstodon=None if (year := campaign(tx.now)) is None else str(year),
        registrations=entities.Registrations(
            enabled=settings.registration in ("open", "approval"),
            approval_required=settings.registration == "approval",
            reason_required=settings.registration == "approval",
            message=None,
            min_age=None,
            url=None,
        ),
        api_versions=API_VERSIONS,
        contact=entities.Contact(email=settings.contact_email, account=_contact(call, tx)),
        rules=rules_of(tx),
    )


def _instance_v1(call: Call, tx: Tx) -> entities.InstanceV1:
    settings, site = call.parts.settings, call.site
    size = counted.sizes(call.parts.database, tx)
    return entities.InstanceV1(
        uri=site.account_domain,
        title=settings.title,
        short_description=settings.description,
        description=_description(tx) or settings.description,
        email=settings.contact_email,
        version=VERSION,
        urls=entities.InstanceUrlsV1(streaming_api=_streaming(call)),
        stats=entities.Stats(user_count=size.people, status_count=size.posts, domain_count=size.domains),
        thumbnail=site.static("pictures/header.png"),
        languages=settings.languages,
        registrations=settings.registration in ("open", "approval"),
        approval_required=settings.registration == "approval",
        invites_enabled=settings.registration != "closed",
        configuration=entities.ConfigurationV1(
            accounts=entities.AccountLimitsV1(
                max_featured_tags=limits.FEATURED_TAGS, max_pinned_statuses=limits.PINNED_POSTS
            ),
            statuses=STATUSES,
            media_attachments=MEDIA,
            polls=POLLS,
        ),
        contact_account=_contact(call, tx),
        rules=rules_of(tx),
    )


def _streaming(call: Call) -> str:
    """Return where WebSockets are opened; clients put `/api/v1/streaming` behind it."""
    return f"{'wss' if call.site.scheme == 'https' else 'ws'}://{call.site.domain}"


def _contact(call: Call, tx: Tx) -> Account | None:
    name = call.parts.settings.contact_account
    found = accounts.by_handle(tx, name.removeprefix("@"), None) if name else None
    if found is None or found.standing is not Standing.ACTIVE:
        return None
    return Renderer(call.site, None).account(found)


def rules_of(tx: Tx) -> list[entities.Rule]:
    """Render the rules that hold, each under the id of its clause."""
    standing = policies.in_force(tx, RULES)
    if standing is None:
        return []
    binding = standing.text.language
    return [
        entities.Rule(
            id=each.id,
            text=each.text[binding],
            hint=each.hint.get(binding, ""),
            translations={
                code: entities.RuleTranslation(text=text, hint=each.hint.get(code, ""))
                for code, text in each.text.items()
                if code != binding
            },
        )
        for each in standing.text.clauses
    ]


def _description(tx: Tx) -> str:
    standing = policies.in_force(tx, ABOUT)
    return "" if standing is None else "\n\n".join(each.text[standing.text.language] for each in standing.text.clauses)


def _activity(call: Call, tx: Tx) -> list[Activity]:
    return [
        Activity(str(week.begins_at // 1_000), str(week.posts), str(week.authors), str(week.registrations))
        for week in sizes.weeks(tx, limits.ACTIVITY_WEEKS)
    ]


@lru_cache(maxsize=1)
def _languages() -> list[Language]:
    names = babel.Locale("en").languages
    return [
        Language(code, names[code]) for code in sorted(names) if code.isascii() and code.isalpha() and len(code) <= 3
    ]
