"""The rule of who sees which post is the same in SQL and on values, in every combination of what it depends on."""

from itertools import product

import pytest
from sqlalchemy import delete, update

from bema.domain import auditing, deciding
from bema.model.decisions import Act, Effect, Grounds, Subject, SubjectKind
from bema.model.ids import AccountId, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Standing, Visibility, may_see
from bema.store import posts
from bema.store.database import Database
from bema.store.tables import effect, post, public_entry
from bema.store.tx import Tx, WriteTx
from tests.conftest import Read, Write
from tests.make import Make

RELATIONS = list(
    product((False, True), (False, True), (False, True))
)  # follows the author, is mentioned, is blocked by the author


def test_the_rule_in_sql_is_the_rule_on_values(make: Make, read: Read) -> None:
    """Every visibility, every relation of the viewer to the author, every standing of the author."""
    viewers: dict[tuple[bool, bool, bool], AccountId] = {}
    for number, relation in enumerate(RELATIONS):
        viewers[relation] = make.account(f"viewer{number}")
    for standing in (Standing.ACTIVE, Standing.SUSPENDED, Standing.PENDING):
        author = make.account(f"author{int(standing)}", standing=standing)
        for (follows, _, blocked), viewer in viewers.items():
            if follows:
                make.follow(viewer, author)
            if blocked:
                make.block(author, viewer)
        addressed = [viewer for (_, mentioned, _), viewer in viewers.items() if mentioned]
        for visibility in Visibility:
            post = make.post(author, visibility=visibility, mentions=addressed)
            seen = {viewer for viewer in [*viewers.values(), author, None] if read(_sees, viewer, post)}
            expected = {
                viewer
                for (follows, mentioned, blocked), viewer in viewers.items()
                if may_see(
                    visibility,
                    is_author=False,
                    author_active=standing is Standing.ACTIVE,
                    blocked_by_author=blocked,
                    follows_author=follows,
                    mentioned=mentioned,
                )
            } | {author}
            if visibility <= Visibility.UNLISTED and standing is Standing.ACTIVE:
                expected.add(None)  # type: ignore[arg-type]  # somebody who is not signed in
            assert seen == expected, (standing, visibility)


def test_a_boost_shows_no_more_than_what_it_boosts(make: Make, read: Read) -> None:
    """Who may not see a post does not see it through somebody's boost either."""
    ann, bob, cat = make.account("ann"), make.account("bob"), make.account("cat")
    post = make.post(ann)
    boost = make.boost(bob, post)
    assert read(_sees, cat, boost)
    make.block(ann, cat)
    assert not read(_sees, cat, boost)
    assert read(_sees, None, boost)


def _sees(tx: Tx, viewer: AccountId | None, post: PostId) -> bool:
    return post in posts.visible_ids(tx, [post], viewer)


def test_what_was_removed_is_seen_by_nobody(make: Make, read: Read, write: Write) -> None:
    """Not by its author either, nor through a boost; the rule on values says the same."""
    ann, bob = make.account("ann"), make.account("bob")
    said = make.post(ann)
    boost = make.boost(bob, said)
    about = Subject(SubjectKind.POST, said)
    write(deciding.decide, COMMAND_LINE, about, Act.REMOVE_POSTS, Grounds(), [(Effect.REMOVE, about)])
    assert not any(read(_sees, viewer, each) for viewer in (ann, bob, None) for each in (said, boost))
    assert not may_see(
        Visibility.PUBLIC,
        is_author=True,
        author_active=True,
        blocked_by_author=False,
        follows_author=True,
        mentioned=True,
        removed=True,
    )
    write(deciding.reverse, COMMAND_LINE, about, about)
    assert all(read(_sees, viewer, each) for viewer in (ann, bob, None) for each in (said, boost))


@pytest.mark.parametrize("forged", [(), ("effect",)], ids=["a row", "a row and its decision"])
def test_what_no_entry_tells_of_hides_nothing(
    database: Database, make: Make, read: Read, write: Write, forged: tuple[str, ...]
) -> None:
    """Whoever writes into the database past the public log: what they hid is still there, and the audit names it."""
    ann, bob = make.account("ann"), make.account("bob")
    hidden, decided = make.post(ann), make.post(ann)
    boost = make.boost(bob, hidden)
    about = Subject(SubjectKind.POST, decided)
    write(deciding.decide, COMMAND_LINE, about, Act.REMOVE_POSTS, Grounds(), [(Effect.REMOVE, about)])

    def hide(tx: WriteTx) -> None:
        tx.run(update(post).where(post.c.id == hidden).values(removed=True))
        if forged:
            tx.run(
                update(effect).where(effect.c.target_id == decided).values(target_id=hidden, number=effect.c.number + 7)
            )
            tx.run(delete(public_entry).where(public_entry.c.decision_id.is_not(None)))

    write(hide)
    assert all(read(_sees, viewer, each) for viewer in (ann, bob, None) for each in (hidden, boost))
    assert any(finding.what for finding in auditing.audit(database.read_now))
