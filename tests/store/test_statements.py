"""What the database is given: the text of a statement, and the values that differ from use to use."""

from sqlalchemy import bindparam, literal, select

from bema.store.statements import Statements
from bema.store.tables import post

_of_author = select(post.c.id, literal(7)).where(
    post.c.visibility == 0, post.c.local.is_(True), post.c.author_id == bindparam("author"), post.c.language == "ur"
)


def test_numbers_that_never_change_stand_in_the_text() -> None:
    """A partial index fits, or not, by what is known when a statement is planned; binding them would plan it each time."""
    for dialect in ("sqlite", "postgresql"):
        prepared = Statements(dialect)(_of_author)
        assert "post.visibility = 0" in prepared.sql
        assert set(prepared.bind({"author": 3})) == {"author", "language_1"}
