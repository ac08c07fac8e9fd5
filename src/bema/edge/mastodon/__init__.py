"""Mastodon's client API, so that every client of its users works here unchanged."""

from bema.edge.mastodon import (
    accounts,
    apps,
    custom_emojis,
    instance,
    markers,
    media,
    notifications,
    polls,
    preferences,
    quotes,
    reactions,
    relationships,
    scheduled_statuses,
    search,
    sign_up,
    statuses,
    tags,
    timelines,
)
from bema.edge.routes import Route

_MODULES = (
    accounts,
    apps,
    custom_emojis,
    instance,
    markers,
    media,
    notifications,
    polls,
    preferences,
    quotes,
    reactions,
    relationships,
    scheduled_statuses,
    search,
    sign_up,
    statuses,
    tags,
    timelines,
)
ROUTES: list[Route] = [route for module in _MODULES for route in module.routes]
