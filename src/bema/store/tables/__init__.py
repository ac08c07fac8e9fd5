"""The schema, one module for each kind of thing; other code imports every table from here.

Times are integer milliseconds, ids 64-bit integers, documents JSON text, so that both databases hold the same values.
Tables marked *projection* can be rebuilt from the event log and the other tables.
"""

from bema.store.tables.announcements import *
from bema.store.tables.appeals import *
from bema.store.tables.archives import *
from bema.store.tables.brought_lists import *
from bema.store.tables.cards import *
from bema.store.tables.collections import *
from bema.store.tables.consequences import *
from bema.store.tables.conversations import *
from bema.store.tables.discovery import *
from bema.store.tables.email_subscriptions import *
from bema.store.tables.events import *
from bema.store.tables.featuring import *
from bema.store.tables.federation import *
from bema.store.tables.filters import *
from bema.store.tables.list_imports import *
from bema.store.tables.lists import *
from bema.store.tables.moderation import *
from bema.store.tables.notices import *
from bema.store.tables.people import *
from bema.store.tables.policies import *
from bema.store.tables.polls import *
from bema.store.tables.posts import *
from bema.store.tables.public_log import *
from bema.store.tables.quotes import *
from bema.store.tables.relations import *
from bema.store.tables.relays import *
from bema.store.tables.retrospect import *
from bema.store.tables.scheduled import *
from bema.store.tables.schema import metadata as metadata
from bema.store.tables.severances import *
from bema.store.tables.staff_roles import *
from bema.store.tables.translations import *
from bema.store.tables.trends import *
