"""Polls: what was voted. What is asked stands in the post; here is what changes with each vote."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from bema.store.tables.schema import metadata, only_key, reference

poll = Table(
    "poll",
    metadata,
    only_key("post.id"),
    Column("tallies", Text, nullable=False),  # JSON: votes for each option, in order
    Column("voters", Integer, nullable=False),
    Column("ended", Boolean, nullable=False),  # whether its end was told
)

# All that one person chose: two votes of theirs at once are one row.
poll_vote = Table(
    "poll_vote",
    metadata,
    reference("post_id", "poll.post_id", key=True),
    reference("account_id", "account.id", key=True),
    Column("choices", Text, nullable=False),  # JSON: list of positions of options
    Index(None, "account_id", "post_id"),
)
