"""Conversations as those who take part are shown them."""

from bema.model.ids import ConversationId
from bema.model.views import Account, Post, View


class Conversation(View, frozen=True):
    """What an account and others wrote directly to each other in one thread."""

    id: ConversationId
    people: list[Account]  # the others; oneself where there are none
    unread: bool
    last: Post
