"""Appeals: somebody objects to a decision about themselves, and somebody else of the staff looks at it again."""

from enum import StrEnum

import msgspec

from bema.model.decisions import Decision
from bema.model.ids import AccountId, LoginId, Millis
from bema.model.policy import Role


class AppealState(StrEnum):
    """Where an appeal stands; the words are stored, and stand in the public log."""

    OPEN = "open"
    UPHELD = "upheld"  # the decision stays
    REVERSED = "reversed"  # all of it was taken back
    PARTLY = "partly"  # some of it was taken back
    WITHDRAWN = "withdrawn"  # by who had objected


OUTCOMES = (AppealState.UPHELD, AppealState.REVERSED, AppealState.PARTLY)


class Appeal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An appeal, without what was said after it was opened."""

    id: int
    decision: int
    account: AccountId
    text: str
    state: AppealState
    opened_at: Millis
    due_at: Millis
    asked_at: Millis | None
    reviewer: LoginId | None
    reviewer_account: AccountId | None
    reviewer_role: Role | None
    reasons: str
    took_part: bool
    decided_at: Millis | None
    place: int
    decided_place: int | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is AppealState.OPEN

    def is_overdue(self, now: Millis) -> bool:
        """Whether it should have been answered; as long as the person is to say something, the clock stands still."""
        return self.is_open and self.asked_at is None and self.due_at < now


class Turn(msgspec.Struct, frozen=True, gc=False):
    """What was said in an appeal."""

    by_reviewer: bool
    text: str
    at: Millis


class Warned(msgspec.Struct, frozen=True, gc=False):
    """A decision that somebody is told of, with their newest appeal against it."""

    decision: Decision
    appeal: Appeal | None
