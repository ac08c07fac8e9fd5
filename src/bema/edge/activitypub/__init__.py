"""ActivityPub over HTTP: what other servers read of us, and what they bring."""

from bema.edge.activitypub import actors, collections, inbox, objects
from bema.edge.routes import Route

ROUTES: list[Route] = [*actors.routes, *objects.routes, *collections.routes, *inbox.routes]
