"""What follows from a fact: projections, which change our own tables, and effects, which touch the world outside."""

from bema.subscribers.runner import Subscriber
from bema.subscribers.timelines import TIMELINES

SUBSCRIBERS: tuple[Subscriber, ...] = (TIMELINES,)
