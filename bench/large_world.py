"""The large world: the same square with very many more people and posts, built directly in SQL, through the schema.

At scale 1: 100,000 accounts, 5 million posts and follows, an author whom all follow, one whom as many follow as homes are
written to, a reader who follows 5,000, a thread of 5,000 replies.
"""

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, Text, case, cast, func, literal, null, select, text
from sqlalchemy import insert as plain_insert

from bema.cli.home import opened
from bema.model import limits
from bema.model.events import PostPublished
from bema.model.ids import AppId
from bema.model.policy import Kind, QuotePolicy, Standing, Visibility
from bema.model.searching import tokens
from bema.model.site import Site
from bema.store import accounts, counts, homes, log, tags
from bema.store.database import Database
from bema.store.days import TAG_DAYS
from bema.store.dialect import insert
from bema.store.homes import is_for
from bema.store.tables import (
    account,
    event,
    favourite,
    follow,
    home,
    mention,
    notification,
    post,
    post_tag,
    search_account,
    search_post,
    widely_followed,
)
from bema.store.tx import WriteTx
from bema.subscribers import SUBSCRIBERS, delivery
from bench.large_bulk import Bulk
from bench.large_people import LargeWorld, add_app, sign_in
from bench.large_plan import (
    BUSY,
    DAY,
    FIRST,
    FOLLOWED_BY_EACH,
    MEASURED,
    QUIET,
    READER,
    SHIFT,
    STAR,
    TAGS,
    Plan,
    Size,
    answers,
    boosts,
    name_of,
    numbers_between,
    visibility,
)
from bench.large_texts import PATTERNS, pattern, pattern_of, pattern_tag, patterns_metadata, with_patterns

_HOME_POSTS = 4  # newest posts of each author that are in the homes of all followers: some 200 entries for everybody
_CHUNK = 250_000  # rows of one transaction
_READERS = 5_000  # whose homes are filled in one transaction
_LOG_BEGINS = 1_000  # positions left free for what setting up the server wrote


def build(home_folder: Path, size: Size, say: Callable[[str], None]) -> LargeWorld:
    """Fill the empty database of a server that does not run."""
    with opened(home_folder) as (settings, database):
        site, plan = Site(settings.domain, settings.scheme), Plan(size)
        app = database.write_now(add_app)
        _Builder(plan, site, database, say).build(app)
        return sign_in(database, site, plan, app)


class _Builder:
    """Builds one world: by statements over ranges of numbers, in the order of the schema."""

    def __init__(self, plan: Plan, site: Site, database: Database, say: Callable[[str], None]) -> None:
        self.plan, self.site, self.database, self.say = plan, site, database, say
        self.bulk = Bulk(database.url)

    def build(self, app: AppId) -> None:
        """Build everything that there is very much of."""
        domain = self.database.write_now(accounts.domain_id, self.site.domain, local=True)
        tag_ids = {name: self.database.write_now(tags.ensure, name) for name in TAGS}
        with self.bulk.connect() as connection:
            self.bulk.set_indexes_aside(connection, [table.name for table in _LARGE])
            self._add_patterns(connection, tag_ids)
            self._add_accounts(connection, domain)
            self._add_follows(connection)
            self._add_posts(connection, app)
            self._add_reactions(connection)
            self._add_log(connection)
            self._add_search(connection)
            began = time.monotonic()
            self.say(f"{self.bulk.index(connection):>10,} indexes in {time.monotonic() - began:.1f} s")
            self.bulk.tidy()
            self._count()
            self._add_homes(connection)
        self.bulk.tidy()
        self.bulk.close()

    def _run(self, connection: Connection, what: str, count: int, statement: Callable[[Any], Any]) -> None:
        """Run a statement over the numbers from 0, a range at a time, each durable by itself."""
        began = time.monotonic()
        for first in range(0, count, _CHUNK):
            connection.execute(statement(numbers_between(first, min(first + _CHUNK, count) - 1)))
            connection.commit()
        self.say(f"{count:>10,} {what} in {time.monotonic() - began:.1f} s")

    # --- Who ----------------------------------------------------------------------------------------------------------

    def _add_accounts(self, connection: Connection, domain: int) -> None:
        def statement(numbers: Any) -> Any:
            n = numbers.c.n
            name = literal("person", Text) + cast(n, Text)
            name = case((n < FIRST + MEASURED, literal("bench", Text) + cast(n, Text)), else_=name)
            values = {
                "id": self.plan.account(n),
                "domain_id": literal(domain, BigInteger),
                "username": name,
                "username_folded": name,
                "kind": literal(int(Kind.PERSON)),
                "standing": literal(int(Standing.ACTIVE)),
                **{flag: literal(flag in _YES) for flag in ("locked", "hide_collections", "post_sensitive", *_YES)},
                "display_name": literal("Person ", Text) + cast(n, Text),
                "note": literal("One of very many.", Text),
                "note_html": literal("<p>One of very many.</p>", Text),
                "fields": literal("[]", Text),
                "emojis": literal("[]", Text),
                "post_visibility": literal(int(Visibility.PUBLIC)),
                "post_quote_policy": literal(int(QuotePolicy.PUBLIC)),
                "created_at": literal(self.plan.accounts_from, BigInteger),
                "updated_at": literal(self.plan.accounts_from, BigInteger),
            }
            return _insert(account, values, numbers)

        self._run(connection, "accounts", self.plan.size.accounts, statement)
        rows = [
            {
                "account_id": self.plan.account_id(number),
                "tokens": " ".join(tokens(f"{name_of(number)}\nPerson {number}")),
                "indexable": True,
            }
            for number in range(self.plan.size.accounts)
        ]
        connection.execute(plain_insert(search_account), rows)
        connection.commit()

    def _add_follows(self, connection: Connection) -> None:
        """Let each follow 49 others, all the star, many the busy one; of the quiet one, one alone is a follower."""
        people = self.plan.size.accounts

        def pairs(follower: Any, followed: Any, spread: int) -> Callable[[Any], Any]:
            def statement(numbers: Any) -> Any:
                n = numbers.c.n
                one, other = self.plan.account(follower(n)), self.plan.account(followed(n))
                values = {
                    "id": (literal(self.plan.follows_from + spread * DAY, BigInteger) + n) * SHIFT,
                    "follower_id": one,
                    "followed_id": other,
                    "boosts": literal(True),
                    "notify": literal(False),
                }
                fits = (one != other) & (other != self.plan.account_id(QUIET))
                return _insert(follow, values, numbers, fits).on_conflict_do_nothing()

            return statement

        def constant(number: int) -> Callable[[Any], Any]:
            return lambda n: literal(number, BigInteger)

        def itself(n: Any) -> Any:
            return n

        each, stride = FOLLOWED_BY_EACH, people // (FOLLOWED_BY_EACH + 1)
        usual = pairs(lambda n: n // each, lambda n: (n // each + 1 + n % each * stride) % people, 0)
        self._run(connection, "follows", self.plan.size.follows, usual)
        self._run(connection, "followers of the star", people, pairs(itself, constant(STAR), 1))
        self._run(connection, "of the busy one", self.plan.size.busy_followers, pairs(itself, constant(BUSY), 2))
        self._run(
            connection, "follows of the reader", self.plan.size.reader_follows, pairs(constant(READER), itself, 3)
        )
        only = {"id": self.plan.now * SHIFT - 1, "boosts": True, "notify": False}
        only |= {"follower_id": self.plan.account_id(FIRST), "followed_id": self.plan.account_id(QUIET)}
        connection.execute(plain_insert(follow), only)
        connection.commit()

    # --- What ---------------------------------------------------------------------------------------------------------

    def _add_patterns(self, connection: Connection, tag_ids: dict[str, int]) -> None:
        chance = Random(5_000)
        patterns_metadata.create_all(connection)
        rows = [pattern_of(self.plan, self.site, chance, number) for number in range(PATTERNS)]
        connection.execute(plain_insert(pattern), [row for row, _ in rows])
        connection.execute(
            plain_insert(pattern_tag),
            [{"number": row["number"], "tag_id": tag_ids[name]} for row, names in rows for name in names],
        )
        connection.commit()

    def _add_posts(self, connection: Connection, app: AppId) -> None:
        def posts_(numbers: Any) -> Any:
            n = numbers.c.n
            boost, answer = boosts(n), answers(n)

            def said(column: Any, otherwise: str | None) -> Any:
                return case((boost, null() if otherwise is None else literal(otherwise, Text)), else_=column)

            values = {
                "id": self.plan.post(n),
                "author_id": self.plan.author(n),
                "visibility": visibility(n),
                "boost_of_id": case((boost, self.plan.post(n - 12))),
                "in_reply_to_id": case((answer, self.plan.post(n - 4))),
                "in_reply_to_author_id": case((answer, self.plan.author(n - 4))),
                "thread_id": case((answer, self.plan.post(n - 4)), else_=self.plan.post(n)),
                "text": said(pattern.c.text, ""),
                "content_html": said(pattern.c.html, ""),
                "warning": said(pattern.c.warning, ""),
                "sensitive": n % 8 == 6,
                "language": said(pattern.c.language, None),
                "attachments": literal("[]", Text),
                "mentions": said(pattern.c.mentions, "[]"),
                "tags": said(pattern.c.tags, "[]"),
                "emojis": literal("[]", Text),
                "app_id": literal(app, BigInteger),
                "local": literal(True),
                "created_at": self.plan.posted_at(n),
            }
            return _insert(post, values, with_patterns(numbers))

        def mentions_(numbers: Any) -> Any:
            n = numbers.c.n
            values = {"post_id": self.plan.post(n), "account_id": pattern.c.mentioned, "silent": literal(False)}
            return _insert(mention, values, with_patterns(numbers), ~boosts(n) & pattern.c.mentioned.is_not(None))

        def tags_(numbers: Any) -> Any:
            n = numbers.c.n
            values = {"post_id": self.plan.post(n), "tag_id": pattern_tag.c.tag_id}
            tagged = numbers.join(pattern_tag, pattern_tag.c.number == n % PATTERNS)
            return _insert(post_tag, values, tagged, ~boosts(n))

        self._run(connection, "posts", self.plan.size.posts, posts_)
        self._run(connection, "posts looked at for mentions", self.plan.size.posts, mentions_)
        self._run(connection, "posts looked at for tags", self.plan.size.posts, tags_)

    def _add_reactions(self, connection: Connection) -> None:
        """Favourite every fifth post, and tell the authors; tell the followed of their followers."""

        def post_number(numbers: Any) -> Any:
            return numbers.c.n * 5 + 2

        def by(numbers: Any) -> Any:
            return self.plan.account((numbers.c.n * self.plan.beat + 7) % self.plan.size.accounts)

        def fits(numbers: Any) -> Any:
            return ~boosts(post_number(numbers)) & (by(numbers) != self.plan.author(post_number(numbers)))

        def favourites_(numbers: Any) -> Any:
            n = post_number(numbers)
            values = {"id": self.plan.post(n), "post_id": self.plan.post(n), "account_id": by(numbers)}
            return _insert(favourite, values, numbers, fits(numbers))

        def told_of_favourites(numbers: Any) -> Any:
            n = post_number(numbers)
            values = {
                "account_id": self.plan.author(n),
                "id": n + _LOG_BEGINS,
                "type": literal("favourite", Text),
                "from_id": by(numbers),
                "post_id": self.plan.post(n),
                "filtered": literal(False),
                "created_at": self.plan.posted_at(n),
            }
            return _insert(notification, values, numbers, fits(numbers))

        self._run(connection, "favourites", self.plan.size.posts // 5, favourites_)
        self._run(connection, "notices of favourites", self.plan.size.posts // 5, told_of_favourites)
        began = time.monotonic()
        place = (follow.c.id // SHIFT - literal(self.plan.follows_from, BigInteger)) % self.plan.size.posts
        told = select(
            follow.c.followed_id,
            place + _LOG_BEGINS,
            literal("follow", Text),
            follow.c.follower_id,
            literal(False),
            literal(self.plan.posts_from, BigInteger),
        ).where(follow.c.follower_id != follow.c.followed_id)
        told = told.order_by(follow.c.followed_id, place)
        columns = ["account_id", "id", "type", "from_id", "filtered", "created_at"]
        connection.execute(insert(notification).from_select(columns, told).on_conflict_do_nothing())
        connection.commit()
        self.say(f"           notices of follows in {time.monotonic() - began:.1f} s")

    def _add_log(self, connection: Connection) -> None:
        """Write a fact for each post; the readers of the log have read them all."""

        def facts(numbers: Any) -> Any:
            n = numbers.c.n
            body = literal(f'{{"type":"{PostPublished.__name__}","post":', Text) + cast(self.plan.post(n), Text)
            body = body + literal(',"author":', Text) + cast(self.plan.author(n), Text) + literal("}", Text)
            values = {"id": n + _LOG_BEGINS, "body": body, "at": self.plan.post(n) // SHIFT}
            if self.bulk.postgresql:
                values["seq"] = n + _LOG_BEGINS
            return _insert(event, values, numbers)

        self._run(connection, "facts in the log", self.plan.size.posts, facts)
        if self.bulk.postgresql:
            connection.execute(
                text("select setval(pg_get_serial_sequence('event', 'id'), (select max(id) from event))")
            )
            connection.commit()
        self.database.write_now(_read_all)

    def _add_search(self, connection: Connection) -> None:
        """Let posts be found."""

        def found_by(numbers: Any) -> Any:
            n = numbers.c.n
            author = cast(self.plan.author(n), Text)
            finders: Any = case(
                (visibility(n) == int(Visibility.PUBLIC), literal("=p =", Text)), else_=literal("=", Text)
            )
            finders = finders + author + literal(" =a", Text) + author
            addressed = literal(" =", Text) + cast(pattern.c.mentioned, Text)
            finders = finders + func.coalesce(addressed, literal("", Text)) + literal(" ", Text)
            values = {"post_id": self.plan.post(n), "tokens": finders + pattern.c.tokens}
            return _insert(search_post, values, with_patterns(numbers), ~boosts(n))

        self._run(connection, "posts in the search index", self.plan.size.posts, found_by)

    def _count(self) -> None:
        began = time.monotonic()
        self.database.write_now(counts.rebuild)
        self.database.write_now(TAG_DAYS.rebuild)
        for number in (STAR, BUSY):
            self.database.write_now(homes.note_wide_following, self.plan.account_id(number))
        self.say(f"           counts in {time.monotonic() - began:.1f} s")

    # --- Who finds what -----------------------------------------------------------------------------------------------

    def _add_homes(self, connection: Connection) -> None:
        """Put the newest posts into all homes, as the reader of the log would have; the measured homes are full."""
        size, began = self.plan.size, time.monotonic()
        newest = self.plan.post_id(max(size.posts - size.accounts * _HOME_POSTS, 0))
        written = post.c.author_id.not_in(select(widely_followed.c.account_id))
        found = select(follow.c.follower_id, post.c.id).select_from(
            follow.join(post, post.c.author_id == follow.c.followed_id)
        )
        found = found.where(is_for(post, follow), written)
        for first in range(0, size.accounts, _READERS):
            last = min(first + _READERS, size.accounts) - 1
            readers = follow.c.follower_id.between(self.plan.account_id(first), self.plan.account_id(last))
            entries = found.where(readers, post.c.id >= newest).order_by(follow.c.follower_id, post.c.id)
            connection.execute(homes.into_home(entries))
            connection.commit()
        self.say(f"{size.accounts:>10,} homes in {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        for number in (READER, *range(QUIET, FIRST + MEASURED)):
            reader = self.plan.account_id(number)
            entries = found.where(follow.c.follower_id == reader).order_by(post.c.id.desc())
            connection.execute(homes.into_home(entries.limit(limits.HOME_ENTRIES)))
            connection.commit()
            self.database.write_now(homes.trim_one, reader)
        self.say(f"           measured homes in {time.monotonic() - began:.1f} s")


_LARGE = (account, event, favourite, follow, home, mention, notification, post, post_tag, search_account, search_post)
_YES = ("discoverable", "indexable")


def _insert(table: Table, values: dict[str, Any], source: Any, *where: Any) -> Any:
    return insert(table).from_select(list(values), select(*values.values()).select_from(source).where(*where))


def _read_all(tx: WriteTx) -> None:
    log.move_cursors(tx, [*(subscriber.name for subscriber in SUBSCRIBERS), delivery.NAME], log.end(tx))
