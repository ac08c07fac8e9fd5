"""Collections: lists that other servers read page by page, and lists of which they are told the length alone."""

from collections.abc import Sequence
from typing import Any

from bema.model.site import Site
from bema.model.views import FeaturedTag

Item = str | dict[str, Any]


def ordered(id_: str, total: int, *, paged: bool = True) -> dict[str, Any]:
    """Write a list that is read page by page, or of which nothing but its length is told."""
    thing: dict[str, Any] = {"id": id_, "type": "OrderedCollection", "totalItems": total}
    return {**thing, "first": f"{id_}?page=true"} if paged else thing


def ordered_page(
    id_: str, of: str, items: Sequence[Item], *, following: str | None = None, before: str | None = None
) -> dict[str, Any]:
    """Write a page of a list; `following` and `before` are the pages beside it."""
    return _page("OrderedCollectionPage", "orderedItems", id_, of, items, following, before)


def whole(id_: str, items: Sequence[Item]) -> dict[str, Any]:
    """Write a list that is short enough to be told at once."""
    return {"id": id_, "type": "OrderedCollection", "totalItems": len(items), "orderedItems": list(items)}


def unordered_whole(id_: str, items: Sequence[Item]) -> dict[str, Any]:
    """Write a list without an order that is short enough to be told at once."""
    return {"id": id_, "type": "Collection", "totalItems": len(items), "items": list(items)}


def unordered(id_: str, first: dict[str, Any]) -> dict[str, Any]:
    """Write a list without an order, with its first page in it."""
    return {"id": id_, "type": "Collection", "first": first}


def unordered_page(id_: str, of: str, items: Sequence[Item], *, following: str | None = None) -> dict[str, Any]:
    """Write a page of a list without an order."""
    return _page("CollectionPage", "items", id_, of, items, following, None)


def counted(id_: str, total: int) -> dict[str, Any]:
    """Write a list of which nothing but its length is told."""
    return {"id": id_, "type": "Collection", "totalItems": total}


def featured_tag(site: Site, acct: str, tag: FeaturedTag) -> dict[str, Any]:
    """Write a tag that somebody shows, which leads to what they wrote with it."""
    return hashtag_of(site, acct, tag.name)


def hashtag_of(site: Site, acct: str, name: str) -> dict[str, Any]:
    """Write a tag as one that somebody wrote with."""
    return {"type": "Hashtag", "name": f"#{name}", "href": site.tagged(acct, name)}


def _page(
    type_: str, word: str, id_: str, of: str, items: Sequence[Item], following: str | None, before: str | None
) -> dict[str, Any]:
    thing: dict[str, Any] = {"id": id_, "type": type_, "partOf": of, word: list(items)}
    if following is not None:
        thing["next"] = following
    if before is not None:
        thing["prev"] = before
    return thing
