"""Relays: how one is spoken with, and where it stands."""

from enum import StrEnum

from bema.model.ids import AccountId, DomainId, Millis
from bema.model.views import View


class Form(StrEnum):
    """How a relay is spoken with; the words are stored."""

    INBOX = "inbox"  # it is known by its inbox, is asked for all that is public, and is sent posts themselves
    ACTOR = "actor"  # it is known by its actor, is followed as one, and is told which posts there are


class State(StrEnum):
    """Where a relay stands; the words are stored."""

    ASKED = "asked"  # it has not answered yet
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"  # nobody is found at its address


class Relay(View, frozen=True):
    """A relay."""

    id: int
    address: str
    form: Form
    state: State
    host: str
    domain: DomainId
    inbox: str | None
    actor: AccountId | None
    error: str | None
    added_at: Millis
    answered_at: Millis | None
    brought: int
    brought_at: Millis | None
    brought_then: int  # in the minute of that moment
