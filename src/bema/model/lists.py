"""Lists of people whom one reads apart from the rest."""

from enum import IntEnum

from bema.model.ids import ListId
from bema.model.views import View


class Replies(IntEnum):
    """Which answers to others a list shows; answers to oneself and to the list's owner it always does. Stored."""

    LIST = 0  # those to members of the list
    FOLLOWED = 1  # those to anybody whom its owner follows
    NONE = 2


class PeopleList(View, frozen=True):
    """A list as its owner sees it; nobody else does."""

    id: ListId
    title: str
    replies: Replies
    exclusive: bool  # its members are not read at home
