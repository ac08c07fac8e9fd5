"""What the author of a post elsewhere lets people of this server do with it: a rule that is kept with the post.

Three things can be ruled: to favourite, to answer and to boost. Quoting has `policy.QuotePolicy`, which is of this server's
own posts, too.
"""

from enum import IntEnum, StrEnum

import msgspec

from bema.model.ids import AccountId
from bema.model.policy import Visibility


class Deed(StrEnum):
    """What somebody wants to do with a post."""

    FAVOURITE = "favourite"
    ANSWER = "answer"
    BOOST = "boost"


class Leave(IntEnum):
    """Whether somebody may do it, from the narrowest to the widest; the numbers are stored."""

    NO = 0
    ASK = 1  # when the author, or their server for them, said yes
    YES = 2


class Rule(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Who may do one thing. What is said of somebody, or of a circle they are in, counts before what is said of all."""

    everybody: Leave = Leave.NO
    followers: Leave | None = None
    followed: Leave | None = None  # whom the author follows
    people: dict[AccountId, Leave] = {}  # of this server

    @property
    def rules_nothing(self) -> bool:
        """Whether it lets everybody, so that nothing has to be kept."""
        circles = (self.followers, self.followed, *self.people.values())
        return self.everybody is Leave.YES and all(each in (None, Leave.YES) for each in circles)

    def of(self, actor: AccountId, *, follows: bool, followed: bool) -> Leave:
        """Tell whether somebody may do it, who follows the author or is followed by them."""
        if actor in self.people:
            return self.people[actor]
        circles = ((self.followers, follows), (self.followed, followed))
        best = max((leave for leave, inside in circles if inside and leave is not None), default=None)
        if best is None:
            return self.everybody
        # Who is in a circle is known to the author's server alone: it is asked, and says yes by itself.
        return Leave.YES if best is self.everybody is Leave.YES else Leave.ASK


class Allowance(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The rules of a post; where there is none, whoever sees it may."""

    favourite: Rule | None = None
    answer: Rule | None = None
    boost: Rule | None = None

    def rule(self, deed: Deed) -> Rule | None:
        """Return the rule for a deed."""
        match deed:
            case Deed.FAVOURITE:
                return self.favourite
            case Deed.ANSWER:
                return self.answer
            case Deed.BOOST:
                return self.boost


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """How it stands with an answer that waits for the word of whom it answers: until then its author alone sees it."""

    visibility: Visibility  # whom it is for once they said yes
    refused: bool
