"""Translations: what a version of a post says in another language."""

import msgspec
from sqlalchemy import bindparam, select

from bema.model.ids import Millis, PostId
from bema.model.views import Translation
from bema.store.dialect import insert
from bema.store.tables import translation
from bema.store.tx import Tx, WriteTx, text_of

_content = msgspec.json.Decoder(Translation).decode
_kept = select(translation.c.content).where(
    translation.c.post_id == bindparam("post"),
    translation.c.language == bindparam("language"),
    translation.c.version == bindparam("version"),
)
_keep = insert(translation).values(
    post_id=bindparam("post"),
    language=bindparam("language"),
    version=bindparam("version"),
    content=bindparam("content"),
)
_keep = _keep.on_conflict_do_update(
    index_elements=["post_id", "language"],
    set_={"version": _keep.excluded.version, "content": _keep.excluded.content},
)


def kept(tx: Tx, post_id: PostId, language: str, version: Millis) -> Translation | None:
    """Return what a version of a post says in a language, if it was translated before."""
    content = tx.value(_kept, {"post": post_id, "language": language, "version": version})
    return None if content is None else _content(content)


def keep(tx: WriteTx, post_id: PostId, language: str, version: Millis, content: Translation) -> None:
    """Keep a translation in the place of that of an older version."""
    tx.run(_keep, {"post": post_id, "language": language, "version": version, "content": text_of(content)})
