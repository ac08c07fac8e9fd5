"""Casework: what the staff works through, all that was reported about one subject together."""

from enum import IntEnum

import msgspec

from bema.model.decisions import Subject
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.reporting import CATEGORIES

QUEUES = CATEGORIES  # a case waits in the queue of what was reported; what may be against the law comes first


class Priority(IntEnum):
    """How soon a case should be looked at; the numbers are stored and ordered."""

    NORMAL = 0
    HIGH = 1  # several people reported it
    URGENT = 2  # it may be against the law, or somebody of the staff said so


class Case(msgspec.Struct, frozen=True, gc=False):
    """What is worked on, as it stands."""

    id: int
    subject: Subject
    queue: str
    priority: Priority
    reports: int
    assigned: AccountId | None
    opened_at: Millis
    updated_at: Millis
    closed_at: Millis | None
    closed_by: AccountId | None


class Note(msgspec.Struct, frozen=True, gc=False):
    """What somebody of the staff wrote to a case, for the staff alone."""

    id: int
    case: int
    by_login: LoginId | None
    by: AccountId | None
    text: str
    at: Millis
