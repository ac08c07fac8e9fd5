"""Mastodon's client API, so that every client of its users works here unchanged."""

from bema.edge.mastodon import accounts, apps, media, notifications, reactions, relationships, statuses, timelines
from bema.edge.routes import Route

_MODULES = (
    accounts,
    apps,
    media,
    notifications,
    reactions,
    relationships,
    statuses,
    timelines,
)
ROUTES: list[Route] = [route for module in _MODULES for route in module.routes]
