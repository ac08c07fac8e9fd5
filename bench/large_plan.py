"""What is in the large world: how many of each thing, which number is who, and the ids that follow from the numbers.

What the measured people have (whom they follow, how often they posted, a thread of 40 replies) does not depend on the scale.
"""

import time
from dataclasses import dataclass
from math import gcd
from typing import Any

from sqlalchemy import BigInteger, case, literal, select

from bema.model import limits
from bema.model.ids import AccountId, Millis, PostId
from bema.model.policy import Visibility
from bench.world import TAG

STAR, BUSY, READER, QUIET, FIRST = 0, 1, 2, 3, 4  # numbers of accounts
MEASURED = 50  # accounts that take turns: the quiet one is among them
FOLLOWED_BY_EACH = 49  # accounts that everybody follows, besides the star
TAGS = (TAG, "ferry", "lemons", "books", "بندرگاہ", "weather")
DAY = 86_400_000  # milliseconds
SHIFT = 1 << 16  # from milliseconds to ids


@dataclass(frozen=True)
class Size:
    """How large a world is."""

    accounts: int
    posts: int
    follows: int
    busy_followers: int
    reader_follows: int
    thread: int  # replies
    read_of: int  # accounts whose posts are read in turn

    @classmethod
    def at(cls, scale: float, *, read_of: int = 1_000) -> "Size":
        """Return the size of a world at a scale; the measured people come on top of it."""
        people = (round(100_000 * scale) + FIRST + MEASURED) | 1  # odd: authors and kinds of posts have no common beat
        return cls(
            accounts=people,
            posts=round(5_000_000 * scale),
            follows=people * FOLLOWED_BY_EACH,
            busy_followers=min(people, limits.FANOUT_FOLLOWERS - 2 * FOLLOWED_BY_EACH),
            reader_follows=min(people - 1, round(50_000 * scale), 5_000),
            thread=max(round(5_000 * scale), 5),
            read_of=min(people, read_of),
        )


class Plan:
    """Who and what has which id, as numbers and as SQL over numbers."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.now: Millis = int(time.time() * 1_000)
        self.accounts_from = self.now - 400 * DAY
        self.follows_from = self.now - 390 * DAY
        self.posts_from = self.now - 300 * DAY
        self.post_step = (300 * DAY - 60_000) // size.posts
        golden = int(size.accounts * 0.618)  # strides over the accounts by which all have their turn, none too soon
        self.beat = next(beat for beat in range(golden, 2 * size.accounts) if gcd(beat, size.accounts) == 1)

    def account_id(self, number: int) -> AccountId:
        """Return the id of an account by its number."""
        return AccountId((self.accounts_from + number * 997) * SHIFT)

    def post_id(self, number: int) -> PostId:
        """Return the id of a post by its number."""
        return PostId((self.posts_from + number * self.post_step) * SHIFT)

    def account(self, number: Any) -> Any:
        """Say `account_id` in SQL."""
        return (literal(self.accounts_from, BigInteger) + number * 997) * SHIFT

    def post(self, number: Any) -> Any:
        """Say `post_id` in SQL."""
        return (literal(self.posts_from, BigInteger) + number * self.post_step) * SHIFT

    def posted_at(self, number: Any) -> Any:
        """Say in SQL when a post was published."""
        return literal(self.posts_from, BigInteger) + number * self.post_step

    def author(self, number: Any) -> Any:
        """Say in SQL who wrote a post."""
        return self.account((number * self.beat) % self.size.accounts)


def name_of(number: int) -> str:
    """Return the username of an account."""
    return f"{'bench' if number < FIRST + MEASURED else 'person'}{number}"


# --- What posts are like, in SQL over their numbers -------------------------------------------------------------------


def numbers_between(first: int, last: int) -> Any:
    """Count, in SQL."""
    numbers = select(literal(first, BigInteger).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last))


def boosts(n: Any) -> Any:
    """One of sixteen is a boost, of the post twelve before it."""
    return (n % 16 == 15) & (n >= 16)


def answers(n: Any) -> Any:
    """One of eight answers the post four before it."""
    return (n % 8 == 4) & (n >= 16)


def visibility(n: Any) -> Any:
    """Keep what has a warning from public timelines, and every second such post from all but followers."""
    return case(
        (n % 16 == 14, int(Visibility.FOLLOWERS)), (n % 16 == 6, int(Visibility.UNLISTED)), else_=int(Visibility.PUBLIC)
    )
