"""Mastodon's client API, so that every client of its users works here unchanged."""

from bema.edge.mastodon import apps, statuses, timelines
from bema.edge.routes import Route

ROUTES: list[Route] = [route for module in (apps, statuses, timelines) for route in module.routes]
