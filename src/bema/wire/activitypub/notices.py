"""Notices: what the server itself says to one person of another server, as a direct message that their apps show."""

from collections.abc import Sequence
from html import escape
from typing import Any

from bema.model.ids import Millis
from bema.model.site import Site
from bema.wire.activitypub.activities import Activity, create
from bema.wire.activitypub.moments import moment


def notice(
    site: Site,
    number: int,
    to: str,
    handle: str,
    said: Sequence[str],
    link: str,
    at: Millis,
    answers: int | None = None,
) -> Activity:
    """Say something to one person, with a link under it; `answers` is the number of what was said before about it."""
    lines = [_mention(to, handle), *(escape(each) for each in said), f'<a href="{escape(link)}">{escape(link)}</a>']
    content = "".join(f"<p>{line}</p>" for line in (f"{lines[0]} {lines[1]}", *lines[2:]))
    thing: dict[str, Any] = {
        "id": _id(site, number),
        "type": "Note",
        "attributedTo": site.own_actor,
        "to": [to],
        "cc": [],
        "published": moment(at),
        "url": link,
        "sensitive": False,
        "content": content,
        "contentMap": {"en": content},
        "attachment": [],
        "tag": [{"type": "Mention", "href": to, "name": f"@{handle}"}],
    }
    if answers is not None:
        thing["inReplyTo"] = _id(site, answers)
    return create(thing)


def _id(site: Site, number: int) -> str:
    return f"{site.own_actor}/notices/{number}"


def _mention(to: str, handle: str) -> str:
    name = escape(handle.partition("@")[0])
    return f'<span class="h-card"><a href="{escape(to)}" class="u-url mention">@<span>{name}</span></a></span>'
