"""Announcements: what the operators say to everybody, dismissing it, and reacting to it."""

from typing import Any

import msgspec
from msgspec import UNSET

from bema.domain import announcing
from bema.edge.call import Call
from bema.edge.mastodon.render import emoji
from bema.edge.routes import Needs, Routes, Surface
from bema.model import announcing as views
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.announcements import Announcement, LinkedStatus, Reaction, StreamedReaction
from bema.wire.mastodon.statuses import StatusMention, StatusTag
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)


class Which(msgspec.Struct, frozen=True):
    """Which announcements are asked for."""

    with_dismissed: bool = False


@routes.get("/api/v1/announcements", needs=Needs.USER)
def announcements(call: Call, tx: Tx, ask: Which) -> list[Announcement]:
    """View what the operators say at the moment."""
    shown = announcing.shown(tx, call.site, call.actor, with_dismissed=ask.with_dismissed)
    return [announcement(call.site, each) for each in shown]


@routes.post("/api/v1/announcements/{id}/dismiss", scope="write:accounts")
def dismiss(call: Call, tx: WriteTx) -> None:
    """See an announcement no more."""
    announcing.dismiss(tx, call.actor, call.path_id())


@routes.update("/api/v1/announcements/{id}/reactions/{name}", scope="write:favourites")
def react(call: Call, tx: WriteTx) -> None:
    """React to an announcement with an emoji, or the shortcode of a custom one."""
    announcing.react(tx, call.actor, call.path_id(), call.path_values["name"])


@routes.delete("/api/v1/announcements/{id}/reactions/{name}", scope="write:favourites")
def take_back(call: Call, tx: WriteTx) -> None:
    """Take a reaction back."""
    announcing.take_back(tx, call.actor, call.path_id(), call.path_values["name"])


# --- Rendering --------------------------------------------------------------------------------------------------------


def announcement(site: Site, view: views.Announcement) -> Announcement:
    """Render an announcement."""
    return Announcement(
        id=str(view.id),
        content=view.content_html,
        starts_at=None if view.starts_at is None else iso(view.starts_at),
        ends_at=None if view.ends_at is None else iso(view.ends_at),
        all_day=view.all_day,
        published_at=iso(view.published_at),
        updated_at=iso(view.updated_at),
        read=UNSET if view.read is None else view.read,
        mentions=[
            StatusMention(id=str(each.id), username=each.username, url=site.profile(acct), acct=acct)
            for each in view.mentions
            for acct in [each.username if each.domain is None else f"{each.username}@{each.domain}"]
        ],
        statuses=[LinkedStatus(id=str(id_), url=url) for id_, url in view.posts],
        tags=[StatusTag(name=name, url=site.tag(name)) for name in view.tags],
        emojis=[emoji(each) for each in view.emojis],
        reactions=[Reaction(**_reaction(each)) for each in view.reactions],
    )


def streamed_reaction(announcement_id: int, view: views.Reaction) -> StreamedReaction:
    """Render how many reacted with an emoji."""
    return StreamedReaction(announcement_id=str(announcement_id), **_reaction(view))


def _reaction(view: views.Reaction) -> dict[str, Any]:
    return {
        "name": view.name,
        "count": view.count,
        "me": UNSET if view.is_own is None else view.is_own,
        "url": UNSET if view.emoji is None else view.emoji.url,
        "static_url": UNSET if view.emoji is None else view.emoji.static_url,
    }
