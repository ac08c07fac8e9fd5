"""Translations of posts, kept so that the same version of a post is translated once into a language."""

from sqlalchemy import BigInteger, Column, Table, Text

from bema.store.tables.schema import metadata, reference

translation = Table(
    "translation",
    metadata,
    reference("post_id", "post.id", key=True),
    Column("language", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),  # the moment of the version that was translated
    Column("content", Text, nullable=False),  # JSON: views.Translation
    sqlite_with_rowid=False,
)
