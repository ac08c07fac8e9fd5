"""Facts about leave: who asked an author elsewhere whether a post may be answered or boosted; `events` has all kinds of facts."""

from bema.model.facts import Event
from bema.model.ids import AccountId, PostId


class AnswerAsked(Event, frozen=True):
    """`post` waits for the word of whom it answers; nobody but its author knows of it yet."""

    post: PostId
    author: AccountId


class BoostAsked(Event, frozen=True):
    """`by` asked the author of `post` whether they may boost it, or asks no more."""

    boost: PostId  # what the boost is called, once it is one
    post: PostId
    by: AccountId
    taken_back: bool = False
