"""What is shown to who looks for people: suggestions with the reasons for them."""

from enum import IntEnum

from bema.model.views import Account, View


class Reason(IntEnum):
    """Why somebody is suggested, from the strongest reason to the weakest."""

    RECOMMENDED = 0  # by the operators
    FOLLOWED_BY_FRIENDS = 1  # whom one follows follows them
    ALIKE = 2  # they used the same tags of late as those whom one followed last
    MOST_FOLLOWED = 3  # of those whom the server knows


class Suggestion(View, frozen=True):
    """Somebody whom one might want to follow."""

    account: Account
    reasons: list[Reason]
