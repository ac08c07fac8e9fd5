"""Hashtags: names, the posts that carry them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, select

from bema.model.ids import PostId
from bema.model.searching import fold
from bema.store.dialect import insert, one_of_texts
from bema.store.tables import post_tag, tag
from bema.store.tx import Tx, WriteTx

_ids = select(tag.c.name, tag.c.id).where(one_of_texts(tag.c.name, "names"))
_for_posts = select(tag.c.name, tag.c.id, tag.c.usable).where(one_of_texts(tag.c.name, "names"))
_add = (
    insert(tag)
    .values(id=bindparam("id"), name=bindparam("name"), display=bindparam("display"), created_at=bindparam("now"))
    .on_conflict_do_nothing()
)
_tag_post = insert(post_tag).values(tag_id=bindparam("tag"), post_id=bindparam("post")).on_conflict_do_nothing()
_untag_post = delete(post_tag).where(post_tag.c.post_id == bindparam("post"))


def ids(tx: Tx, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of the folded names that are known."""
    return dict(tx.all_known(_ids, {"names": list(names)}))


_names = select(tag.c.name).join(post_tag, post_tag.c.tag_id == tag.c.id).where(post_tag.c.post_id == bindparam("post"))


def names(tx: Tx, post_id: PostId) -> list[str]:
    """Return the folded names of a post's tags."""
    return tx.values(_names, {"post": post_id})


def tag_post(tx: WriteTx, post_id: PostId, names: Mapping[str, str]) -> None:
    """Let a post carry the tags: folded name -> as it was written. New tags are added; those not to be used are left out."""
    if not names:
        return
    known = tx.all(_for_posts, {"names": list(names)})
    new = names.keys() - {row.name for row in known}
    if new:
        rows = [
            {"id": tx.new_id(), "name": name, "display": names[name], "now": tx.now} for name in names if name in new
        ]
        tx.run_each(_add, rows)
        known = tx.all(_for_posts, {"names": list(names)})
    tx.run_each(_tag_post, [{"tag": row.id, "post": post_id} for row in known if row.usable is not False])


def ensure(tx: WriteTx, name: str) -> int:
    """Return the id of a tag, which is added when it is new."""
    folded = fold(name)
    tx.run(_add, {"id": tx.new_id(), "name": folded, "display": name, "now": tx.now})
    return ids(tx, [folded])[folded]


def untag_post(tx: WriteTx, post_id: PostId) -> None:
    """Take all tags from a post."""
    tx.run(_untag_post, {"post": post_id})
