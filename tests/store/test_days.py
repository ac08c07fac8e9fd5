"""Histories of tags: counted at each question, but for those that so many use that counting grows with the server."""

from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.outside.clock import ManualClock
from bema.store import featured_tags
from bema.store.days import Days
from bema.store.tables import post, post_tag, tag_day
from bema.store.tags import ensure
from bema.store.tx import Tx, WriteTx
from tests.conftest import Read, Write
from tests.make import Make
from tests.store.test_timeline_plans import plan

# As the server's own, but that two people are very many.
_DAYS = Days(tag_day, "tag_id", post.join(post_tag, post_tag.c.post_id == post.c.id), post_tag.c.tag_id, counted=2)


def test_what_very_many_use_is_counted_once_a_minute(
    write: Write, read: Read, make: Make, clock: ManualClock, statements: list[str]
) -> None:
    """Before, each question is answered with what is so; afterwards with what was so a minute ago at most."""
    tea = write(ensure, "tea")
    authors = [make.account(name) for name in ("ann", "bob", "cid")]

    def use(author: int) -> None:
        write(_use, make.post(author=authors[author], tags=["tea"]), authors[author])

    def people() -> int:
        return read(_today, tea)

    use(0)
    assert people() == 1
    use(1)
    assert people() == 2
    use(2)
    statements.clear()
    assert people() == 2
    assert statements == []
    clock.advance(milliseconds=limits.HISTORY_KEPT_MILLISECONDS)
    assert people() == 3


def test_a_new_day_begins_at_once(write: Write, read: Read, make: Make, clock: ManualClock) -> None:
    """A history that is kept ends with the day on which it was counted."""
    tea = write(ensure, "tea")
    for name in ("ann", "bob"):
        author = make.account(name)
        write(_use, make.post(author=author, tags=["tea"]), author)
    day = 86_400_000
    clock.advance(milliseconds=day - clock.now() % day - 1)
    before = read(lambda tx: _DAYS.histories(tx, [tea])[tea][0].day)
    clock.advance(milliseconds=1)
    assert read(lambda tx: _DAYS.histories(tx, [tea])[tea][0].day) == before + 1


def test_what_one_features_is_counted_without_going_through_what_all_others_used(
    database_url: str, write: Write, make: Make, statements: list[str]
) -> None:
    """Everybody's uses of a tag are in one index, one's own in another: that is the one to look into."""
    write(featured_tags.count, make.account("ann"))
    lines = plan(database_url, statements[-1])
    if database_url.startswith("sqlite"):
        looked_into = [line for line in lines if "tag_day" in line]
    else:
        looked_into = [line for line in lines if "Index Cond" in line and "tag_id" in line]
    assert len(looked_into) == 2
    assert all("account_id" in line for line in looked_into), "\n".join(lines)


def _use(tx: WriteTx, id_: PostId, author: AccountId) -> None:
    _DAYS.count(tx, author, id_)


def _today(tx: Tx, tag_id: int) -> int:
    return _DAYS.histories(tx, [tag_id])[tag_id][0].accounts
