"""What a look at a post says that there is nothing to do about: it is right, and it spares the readers their own."""

from collections.abc import Callable

from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import glances
from bema.store.database import Database
from bema.store.glances import Glance
from bema.store.tx import WriteTx
from bema.subscribers import SUBSCRIBERS, runner
from tests.conftest import Write
from tests.make import Make

Settle = Callable[[], None]
PLAIN = Glance(ours=True, tags=False, links=False, names=False, listed=False, watched=False, lacks=False)


def seen(tx: WriteTx, ids: list[PostId]) -> list[Glance]:
    """What is seen of posts, one by one and together."""
    alone = [glances.at(tx, id_) for id_ in ids]
    glances.look(tx, ids)
    assert [glances.at(tx, id_) for id_ in ids] == alone
    return alone


def test_a_glance_says_what_a_post_has(make: Make, write: Write) -> None:
    """Each thing of which something follows is seen, and a post that is gone has nothing."""
    ann, bob = make.account("ann"), make.account("bob")
    gone = make.post(ann)
    make.delete(gone)
    posts = [
        make.post(ann),
        make.post(ann, tags=["tea"]),
        make.post(ann, mentions=[bob], visibility=Visibility.DIRECT),
        gone,
    ]
    assert write(seen, posts) == [
        PLAIN,
        PLAIN._replace(tags=True),
        PLAIN._replace(names=True),
        PLAIN._replace(ours=False),
    ]
    make.follow(bob, ann, notify=True)
    assert write(seen, posts[:1]) == [PLAIN._replace(watched=True)]


def test_a_post_without_any_of_it_costs_few_statements(
    make: Make, database: Database, statements: list[str], settle: Settle
) -> None:
    """Counting, homes, the search index, and nothing that looks in vain for tags, cards, notices or devices."""
    ann, bob = make.account("ann"), make.account("bob")
    make.follow(bob, ann)
    make.post(ann)
    settle()

    def cost(ann: AccountId, posts: int) -> int:
        for _ in range(posts):
            make.post(ann)
        statements.clear()
        applied = database.write_now(runner.advance, SUBSCRIBERS)
        assert len(applied.entries) == posts
        return len(statements)

    assert cost(ann, 6) - cost(ann, 3) <= 3 * 8
