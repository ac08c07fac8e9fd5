"""Mastodon's client API, so that every client of its users works here unchanged."""

from bema.edge.mastodon import (
    accounts,
    apps,
    conversations,
    custom_emojis,
    domain_blocks,
    filters,
    grouped_notifications,
    instance,
    lists,
    markers,
    media,
    notification_policies,
    notifications,
    polls,
    preferences,
    push,
    quotes,
    reactions,
    relationships,
    reports,
    scheduled_statuses,
    search,
    sign_up,
    statuses,
    streaming,
    tags,
    timelines,
    translation,
    trends,
)
from bema.edge.mastodon.admin import accounts as admin_accounts
from bema.edge.mastodon.admin import domains as admin_domains
from bema.edge.mastodon.admin import door as admin_door
from bema.edge.mastodon.admin import figures as admin_figures
from bema.edge.mastodon.admin import reports as admin_reports
from bema.edge.mastodon.admin import tags as admin_tags
from bema.edge.mastodon.admin import trends as admin_trends
from bema.edge.routes import Route

_MODULES = (
    accounts,
    admin_accounts,
    admin_domains,
    admin_door,
    admin_figures,
    admin_reports,
    admin_tags,
    admin_trends,
    apps,
    conversations,
    custom_emojis,
    domain_blocks,
    filters,
    grouped_notifications,
    instance,
    lists,
    markers,
    media,
    notification_policies,
    notifications,
    polls,
    preferences,
    push,
    quotes,
    reactions,
    relationships,
    reports,
    scheduled_statuses,
    search,
    sign_up,
    statuses,
    streaming,
    tags,
    timelines,
    translation,
    trends,
)
ROUTES: list[Route] = [route for module in _MODULES for route in module.routes]
