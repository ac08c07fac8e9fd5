"""Home timelines: who finds what, after the log was read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import bindparam, select

from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import homes, timelines
from bema.store.tables import account_counts, home
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.subscribers.runner import Runner
from tests.conftest import Read, Write
from tests.make import Make

Settle = Callable[[], None]
PAGE = Range(limit=40)

_all_rows = select(home).order_by(home.c.account_id, home.c.post_id)


def all_rows(tx: Tx) -> list[tuple[int, int]]:
    """Read all homes as they are stored."""
    return [tuple(row) for row in tx.all(_all_rows)]


@dataclass
class Town:
    """Ann, whom Bob follows; Cat, who may be followed too; Ann's home is read as well."""

    make: Make
    read: Read
    settle: Settle
    people: dict[str, AccountId] = field(default_factory=dict)

    def __getattr__(self, name: str) -> AccountId:
        if name not in self.people:
            self.people[name] = self.make.account(name)
        return self.people[name]

    def home(self, who: AccountId) -> list[PostId]:
        self.settle()
        return self.read(timelines.home_ids, who, PAGE)


@pytest.fixture
def town(make: Make, read: Read, settle: Settle) -> Town:
    """People by their names."""
    return Town(make, read, settle)


# --- Posts ------------------------------------------------------------------------------------------------------------

PUBLIC, UNLISTED, FOLLOWERS, DIRECT = Visibility


@dataclass(frozen=True)
class Case:
    """A post by Ann, and whether Bob, who follows her, finds it."""

    says: str
    found: bool
    visibility: Visibility = PUBLIC
    mentions_bob: bool = False
    answers: str | None = None  # whose post
    bob_follows_cat: bool = False
    languages: list[str] | None = None  # what Bob wants to read
    language: str | None = "en"


CASES = [
    Case("a public post", True),
    Case("an unlisted post", True, visibility=UNLISTED),
    Case("a post for followers", True, visibility=FOLLOWERS),
    Case("a letter to somebody else", False, visibility=DIRECT),
    Case("a letter to Bob", True, visibility=DIRECT, mentions_bob=True),
    Case("an answer to a stranger", False, answers="cat"),
    Case("an answer to a stranger that mentions Bob", False, answers="cat", mentions_bob=True),
    Case("an answer to somebody whom Bob follows", True, answers="cat", bob_follows_cat=True),
    Case("an answer to herself", True, answers="ann"),
    Case("an answer to Bob", True, answers="bob"),
    Case("a post in a language that Bob reads", True, languages=["ur", "en"]),
    Case("a post in a language that Bob does not read", False, languages=["ur", "fa"]),
    Case("a post in no language", True, languages=["ur"], language=None),
    Case("a language that only begins alike", False, languages=["eng"]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_a_follower_finds_what_is_for_them(town: Town, case: Case) -> None:
    """The rule of the home timeline, case by case."""
    town.make.follow(town.bob, town.ann, languages=case.languages)
    if case.bob_follows_cat:
        town.make.follow(town.bob, town.cat)
    answered = town.make.post(getattr(town, case.answers or "cat"))
    shown = town.make.post(
        town.ann,
        visibility=case.visibility,
        mentions=[town.bob] if case.mentions_bob else [],
        in_reply_to=answered if case.answers else None,
        language=case.language,
    )
    assert (shown in town.home(town.bob)) is case.found
    assert shown in town.home(town.ann)


def test_authors_find_all_they_write(town: Town) -> None:
    """One's own answers and letters are at home too."""
    letter = town.make.post(town.ann, visibility=DIRECT, mentions=[town.bob])
    answer = town.make.post(town.ann, in_reply_to=town.make.post(town.cat))
    assert town.home(town.ann) == [answer, letter]
    assert town.home(town.bob) == []


def test_a_deleted_post_leaves_every_home(town: Town, read: Read) -> None:
    """Nothing points at what is gone."""
    town.make.follow(town.bob, town.ann)
    shown = town.make.post(town.ann)
    assert town.home(town.bob) == [shown]
    town.make.delete(shown)
    town.settle()
    assert read(all_rows) == []


def test_a_post_that_was_deleted_before_it_was_read_of_is_nowhere(town: Town, read: Read) -> None:
    """The log may be behind the tables."""
    town.make.follow(town.bob, town.ann)
    town.make.delete(town.make.post(town.ann))
    town.settle()
    assert read(all_rows) == []


def test_accounts_of_other_servers_have_no_home_here(town: Town, read: Read) -> None:
    """Their own server keeps it."""
    zoe = town.make.account("zoe", host="elsewhere.example")
    town.make.follow(zoe, town.ann)
    town.make.follow(town.bob, zoe)
    town.make.post(town.ann)
    town.make.post(zoe)
    town.settle()
    assert {row[0] for row in read(all_rows)} == {town.ann, town.bob}


# --- Tags -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visibility", "answers", "found"), [(PUBLIC, False, True), (UNLISTED, False, False), (PUBLIC, True, False)]
)
def test_who_follows_a_tag_finds_public_posts_with_it(
    town: Town, visibility: Visibility, answers: bool, found: bool
) -> None:
    """From strangers too, as long as they speak to all."""
    town.make.follow_tag(town.bob, "tea")
    answered = town.make.post(town.cat) if answers else None
    shown = town.make.post(town.ann, tags=["Tea", "Milk"], visibility=visibility, in_reply_to=answered)
    assert (shown in town.home(town.bob)) is found


def test_unfollowing_somebody_keeps_their_posts_with_a_followed_tag(town: Town) -> None:
    """They are there for the tag."""
    town.make.follow(town.bob, town.ann)
    town.make.follow_tag(town.bob, "tea")
    about_tea, other = town.make.post(town.ann, tags=["tea"]), town.make.post(town.ann)
    assert town.home(town.bob) == [other, about_tea]
    town.make.unfollow(town.bob, town.ann)
    assert town.home(town.bob) == [about_tea]


# --- Boosts -----------------------------------------------------------------------------------------------------------


def test_a_boost_brings_a_stranger_post_home(town: Town) -> None:
    """That is what boosts are for."""
    town.make.follow(town.bob, town.ann)
    boost = town.make.boost(town.ann, town.make.post(town.cat))
    assert town.home(town.bob) == [boost]
    assert town.home(town.ann) == [boost]


def test_who_wants_no_boosts_of_somebody_gets_none(town: Town) -> None:
    """The terms of the follow say so."""
    town.make.follow(town.bob, town.ann, boosts=False)
    town.make.boost(town.ann, town.make.post(town.cat))
    assert town.home(town.bob) == []


@pytest.mark.parametrize(("hours", "repeated"), [(23, False), (25, True)])
def test_a_boost_of_what_came_within_a_day_is_not_repeated(
    town: Town, clock: ManualClock, hours: int, repeated: bool
) -> None:
    """The original at home, or the boost of another, is enough for a day."""
    town.make.follow(town.bob, town.cat)
    town.make.follow(town.bob, town.ann)
    town.make.follow(town.bob, town.dan)
    at_home, elsewhere = town.make.post(town.cat), town.make.post(town.eve)
    first = town.make.boost(town.ann, elsewhere)
    clock.advance(hours=hours)
    again, second = town.make.boost(town.ann, at_home), town.make.boost(town.dan, elsewhere)
    found = town.home(town.bob)
    assert {first, at_home} <= set(found)
    assert (again in found, second in found) == (repeated, repeated)


def test_boosts_of_those_one_does_not_follow_hide_nothing(town: Town) -> None:
    """Only what a reader could have seen counts as seen."""
    town.make.follow(town.bob, town.ann)
    shown = town.make.post(town.cat)
    town.make.boost(town.dan, shown)
    boost = town.make.boost(town.ann, shown)
    assert town.home(town.bob) == [boost]


def test_an_undone_boost_leaves_every_home(town: Town) -> None:
    """What it passed on stays where it is."""
    town.make.follow(town.bob, town.ann)
    shown = town.make.post(town.cat)
    boost = town.make.boost(town.ann, shown)
    town.settle()
    town.make.delete(boost)
    assert town.home(town.bob) == []
    assert town.home(town.cat) == [shown]


# --- Following --------------------------------------------------------------------------------------------------------


def test_a_new_follower_finds_what_was_posted_before(town: Town) -> None:
    """As far as it is for them, boosts included, nothing twice."""
    posts = [town.make.post(town.ann) for _ in range(3)]
    town.make.post(town.ann, visibility=DIRECT, mentions=[town.cat])
    town.make.post(town.ann, in_reply_to=town.make.post(town.cat))
    boost = town.make.boost(town.ann, town.make.post(town.dan))
    town.settle()
    town.make.follow(town.bob, town.ann)
    assert town.home(town.bob) == [boost, *reversed(posts)]


def test_an_unfollowed_author_leaves_the_home(town: Town) -> None:
    """And nobody else does."""
    town.make.follow(town.bob, town.ann)
    town.make.follow(town.bob, town.cat)
    town.make.post(town.ann)
    kept = town.make.post(town.cat)
    town.settle()
    town.make.unfollow(town.bob, town.ann)
    assert town.home(town.bob) == [kept]


def test_what_an_operation_did_at_once_is_not_done_twice(town: Town, write: Write, read: Read) -> None:
    """The actor sees the effect in the same transaction; the reader of the log finds it done."""
    shown = town.make.post(town.ann)
    town.make.follow(town.bob, town.ann)
    write(homes.add_own, town.ann, shown)
    write(homes.merge, town.bob, town.ann)
    before = read(all_rows)
    assert len(before) == 2
    town.settle()
    assert read(all_rows) == before


# --- Length -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_home_is_never_much_longer_than_its_limit(town: Town, clock: ManualClock, read: Read) -> None:
    """Every 64th event trims; what is cut off is the oldest."""
    town.make.follow(town.bob, town.ann)
    newest: list[PostId] = town.make.database.write_now(_write_many, town.ann, limits.HOME_ENTRIES + 200)
    town.settle()
    stored = [post_id for account_id, post_id in read(all_rows) if account_id == town.bob]
    assert limits.HOME_ENTRIES <= len(stored) < limits.HOME_ENTRIES + 70
    assert stored == newest[-len(stored) :]


def test_following_fills_a_home_only_to_its_limit(town: Town, write: Write, read: Read) -> None:
    """However much was posted before."""
    newest: list[PostId] = town.make.database.write_now(_write_many, town.ann, limits.HOME_ENTRIES + 50)
    town.make.follow(town.bob, town.ann)
    write(homes.merge, town.bob, town.ann)
    assert [row[1] for row in read(all_rows)] == newest[-limits.HOME_ENTRIES :]


def _write_many(tx: WriteTx, author: AccountId, number: int) -> list[PostId]:
    from tests.make import _post  # many posts in one transaction

    return [_post(tx, author, "again", PUBLIC, None, (), (), None, None, None, None) for _ in range(number)]


# --- Authors whom very many follow ------------------------------------------------------------------------------------

_pretend_many_follow = (
    account_counts.update()
    .where(account_counts.c.account_id == bindparam("key"))
    .values(followers=limits.FANOUT_FOLLOWERS)
)


def test_posts_of_the_widely_followed_are_taken_up_when_a_home_is_read(town: Town, write: Write, read: Read) -> None:
    """They stand in no home but their author's, and yet are found at once, in their place."""
    town.make.follow(town.cat, town.ann)
    before = town.make.post(town.ann)
    town.settle()
    write(lambda tx: tx.run(_pretend_many_follow, {"key": town.ann}))
    town.make.follow(town.bob, town.ann)
    town.make.follow(town.bob, town.dan)
    first, between, last = town.make.post(town.ann), town.make.post(town.dan), town.make.post(town.ann)
    town.make.post(town.ann, visibility=DIRECT, mentions=[town.dan])
    assert town.home(town.bob) == [last, between, first, before]
    assert town.home(town.cat) == [last, first, before]
    assert {row[0] for row in read(all_rows) if row[1] == last} == {town.ann}
    assert read(timelines.home_ids, town.bob, Range(limit=2)) == [last, between]
    assert read(timelines.home_ids, town.bob, Range(limit=2, max_id=between)) == [first, before]
    assert read(timelines.home_ids, town.bob, Range(limit=2, min_id=before)) == [between, first]
    assert read(timelines.home_ids, town.bob, Range(limit=9, since_id=first)) == [last, between]


# --- Starting anew ----------------------------------------------------------------------------------------------------


def test_homes_filled_anew_are_the_same(town: Town, runner: Runner, read: Read, clock: ManualClock) -> None:
    """What is at home follows from posts and follows alone."""
    make = town.make
    for follower, followed in ("ba", "bc", "cb", "da", "ad"):
        names = {"a": town.ann, "b": town.bob, "c": town.cat, "d": town.dan}
        make.follow(names[follower], names[followed], boosts=follower != "d")
    make.follow_tag(town.dan, "tea")
    for turn in range(4):
        clock.advance(hours=7)
        shown = make.post(town.ann, tags=["tea"])
        make.post(town.bob, in_reply_to=shown)
        make.post(town.cat, visibility=DIRECT, mentions=[town.bob])
        make.post(town.cat, tags=["tea"], visibility=UNLISTED)
        make.boost(town.cat, shown)
        if turn % 2:
            make.delete(make.post(town.ann))
    town.settle()
    before = read(all_rows)
    assert len(before) > 30
    asyncio.run(runner.rebuild("timelines"))
    assert read(all_rows) == before


# --- Cost -------------------------------------------------------------------------------------------------------------


def test_the_statements_for_a_post_do_not_depend_on_the_followers(town: Town, statements: list[str]) -> None:
    """One statement fills all homes."""
    counts = []
    for names in (["bob"], ["cat", "dan", "eve", "fay"]):
        for name in names:
            town.make.follow(getattr(town, name), town.ann)
        town.settle()
        town.make.post(town.ann)
        statements.clear()
        town.settle()
        counts.append(len(statements))
    assert counts[0] == counts[1]
