"""What follows from a fact: projections, which change our own tables, and effects, which touch the world outside."""

from bema.subscribers.cards import CARDS
from bema.subscribers.conversations import CONVERSATIONS
from bema.subscribers.counts import COUNTS
from bema.subscribers.directory import DIRECTORY
from bema.subscribers.domain_blocks import DOMAIN_BLOCKS
from bema.subscribers.domains import DOMAINS
from bema.subscribers.email_issues import EMAIL_ISSUES
from bema.subscribers.endings import ENDINGS
from bema.subscribers.files import FILES
from bema.subscribers.filling import FILLING
from bema.subscribers.leaving import LEAVING
from bema.subscribers.mail import MAIL
from bema.subscribers.notifications import NOTIFICATIONS
from bema.subscribers.public_log import PUBLIC_LOG
from bema.subscribers.pushes import PUSHES
from bema.subscribers.restorations import RESTORING
from bema.subscribers.runner import Subscriber
from bema.subscribers.search import SEARCH
from bema.subscribers.severing import SEVERING
from bema.subscribers.tags import TAGS
from bema.subscribers.timelines import TIMELINES
from bema.subscribers.trends import TRENDS

SUBSCRIBERS: tuple[Subscriber, ...] = (
    CARDS,
    COUNTS,
    DIRECTORY,  # after COUNTS: it goes by what was counted
    TIMELINES,
    NOTIFICATIONS,
    PUSHES,  # after NOTIFICATIONS: it rings for what was told
    CONVERSATIONS,
    TAGS,
    TRENDS,
    EMAIL_ISSUES,
    MAIL,
    FILES,
    FILLING,
    LEAVING,
    DOMAIN_BLOCKS,
    DOMAINS,
    SEVERING,
    SEARCH,
    PUBLIC_LOG,
    RESTORING,
    ENDINGS,
)
