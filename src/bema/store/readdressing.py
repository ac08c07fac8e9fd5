"""Readdressing: gives a whole square another address. Only a square that nobody outside knows can bear it: a demo."""

from sqlalchemy import BindParameter, bindparam, func, update

from bema.store.tables import account, domain, post, post_edit
from bema.store.tx import WriteTx

_old: BindParameter[str] = bindparam("old")
_new: BindParameter[str] = bindparam("new")
_written = [
    update(column.table).values({column.name: func.replace(column, _old, _new)})
    for column in (post.c.content_html, post_edit.c.content_html, account.c.note_html, account.c.fields)
]
_rename = update(domain).where(domain.c.local, domain.c.name == bindparam("old")).values(name=bindparam("new"))


def readdress(tx: WriteTx, old: str, new: str, scheme: str) -> None:
    """Let the square be found at the domain `new`, and the links in all texts lead there."""
    for statement in _written:
        tx.run(statement, {"old": f"{scheme}://{old}/", "new": f"{scheme}://{new}/"})
    tx.run(_rename, {"old": old, "new": new})
