"""Casework: what the staff works through, all that was reported about one subject together."""

from enum import IntEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

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


class Sketch(msgspec.Struct, frozen=True):
    """What somebody means to decide in a case, as they typed it: perhaps not all of it yet."""

    act: str = "warn"
    reasons: str = ""
    facts: str = ""
    clauses: list[str] = []
    law: str = ""
    territory: str = ""
    detected: bool = False
    posts: list[str] = []
    label: str = ""
    words: str = ""
    days: Annotated[int, Meta(ge=1, le=3_650)] | None = None
    course: Literal["propose", "at_once"] = "propose"


class Drafted(msgspec.Struct, frozen=True):
    """A sketch that is kept with its case, for the staff alone."""

    case: int
    by_login: LoginId
    by: AccountId | None
    sketch: Sketch
    at: Millis


class Note(msgspec.Struct, frozen=True, gc=False):
    """What somebody of the staff wrote to a case, for the staff alone."""

    id: int
    case: int
    by_login: LoginId | None
    by: AccountId | None
    text: str
    at: Millis
