"""Cards: the first page that a post links to is asked what it says about itself, once for all posts that link to it."""

import asyncio
import secrets
from urllib.parse import urlsplit

import msgspec

from bema.domain import previewing
from bema.domain.previewing import CARDS as NAME
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import PostEdited, PostPublished
from bema.model.ids import CardId
from bema.model.site import Site
from bema.model.views import CardAuthor, CardFacts, Picture
from bema.outside.blobs import Blobs
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.images import PictureWorkshop
from bema.outside.unfetched import Unfetched, Unreachable
from bema.store import cards, glances
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.lanes import Performer
from bema.subscribers.runner import Subscriber
from bema.wire import pages

_PAGES = ("text/html", "application/xhtml+xml")
_JSON = ("application/json", "application/json+oembed", "text/json", "text/javascript")


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    if glances.at(tx, entry.event.post).links:
        previewing.look_at(tx, entry.event.post)


def _edited(tx: WriteTx, entry: Entry[PostEdited]) -> None:
    previewing.look_at(tx, entry.event.post)


def _rebuild(_tx: WriteTx) -> None:
    """Do nothing: which card a post has stands with the post, and what waits to be asked is in the tasks."""


CARDS = Subscriber(NAME, {PostPublished: _published, PostEdited: _edited}, _rebuild)


def asking(database: Database, fetcher: Fetcher, blobs: Blobs, workshop: PictureWorkshop, site: Site) -> Performer:
    """Return what asks a page about itself, and keeps the answer, on behalf of a server."""
    base = site.base

    async def perform(body: str) -> None:
        id_ = CardId(int(body))
        wanted = await database.read(cards.page, id_)
        if wanted is None:
            return
        try:
            came_from, page, embed = await _read(wanted[0])
        except Unfetched as trouble:
            if not trouble.lasting and await database.write(previewing.fail, id_):
                raise
            if trouble.lasting:
                await database.write(previewing.record, id_, None)
            return
        facts = await _told(page, embed)
        if facts is not None:
            hosts = [host for address in (wanted[0], came_from) if (host := _host(address)) is not None]
            facts = await database.read(previewing.with_accounts, site, facts, hosts)
        await database.write(previewing.record, id_, facts)

    async def _read(url: str) -> tuple[str, pages.Page | None, pages.Embed | None]:
        answer = await fetcher.fetch(
            url, types=_PAGES, headers={"Accept": ", ".join(_PAGES)}, cut=True, plain_http=True
        )
        if answer.status >= 500 or answer.status == 429:
            raise Unreachable(f"the page answers {answer.status}")
        if not answer.ok:
            return url, None, None
        page = await asyncio.to_thread(pages.read, answer.body, answer.url, answer.headers.get("content-type", ""))
        return answer.url, page, await _embedded(page)

    async def _embedded(page: pages.Page) -> pages.Embed | None:
        """Ask the provider of a page; one that does not answer has nothing to add."""
        if not page.oembed_url:
            return None
        try:
            answer = await fetcher.fetch(
                page.oembed_url, types=_JSON, plain_http=True, seconds=limits.CARD_PART_SECONDS
            )
        except Unfetched:
            return None
        return pages.embed(answer.body, answer.url) if answer.ok else None

    async def _told(page: pages.Page | None, embed: pages.Embed | None) -> CardFacts | None:
        if page is None:
            return None
        facts = facts_of(page, embed, base)
        if not facts.title:
            return None
        image_url = (embed.image_url if embed is not None else "") or page.image_url
        picture = await _picture(image_url) if image_url else None
        if picture is None:
            return facts
        stored, blurhash = picture
        size = (facts.width, facts.height) if facts.width and facts.height else (stored.width, stored.height)
        return msgspec.structs.replace(facts, picture=stored, blurhash=blurhash, width=size[0], height=size[1])

    async def _picture(url: str) -> tuple[Picture, str] | None:
        """Fetch a page's picture and keep a small copy; a card does without one that cannot be had."""
        try:
            answer: Fetched = await fetcher.fetch(
                url, max_bytes=limits.CARD_IMAGE_BYTES, plain_http=True, seconds=limits.CARD_PART_SECONDS
            )
            if not answer.ok:
                return None
            made = await workshop.process(answer.body, "attachment")
        except (Unfetched, Invalid):
            return None
        small = made.small
        key = blobs.key("card", secrets.token_hex(8), small.content, small.extension)
        await blobs.put(key, small.content)
        return Picture(key, small.width, small.height), made.blurhash

    return perform


def facts_of(page: pages.Page, embed: pages.Embed | None, base: str) -> CardFacts:
    """Put together what a page and its provider say; a provider's word on embedding counts more."""
    authors = [CardAuthor(each.name or each.handle, each.url, each.handle) for each in page.authors]
    player, width, height = page.player_url, page.player_width, page.player_height
    if embed is not None:
        if not authors and (embed.author.name or embed.author.url):
            authors = [CardAuthor(embed.author.name, embed.author.url)]
        player, width, height = embed.player_url, embed.width, embed.height
    if _host(player) == _host(base):  # a frame of our own pages would act as whoever looks at it
        player = ""
    photo = embed is not None and embed.kind == "photo"
    return CardFacts(
        kind="photo" if photo else "video" if player else "link",
        title=page.title or (embed.title if embed is not None else ""),
        description=page.description,
        language=page.language,
        provider_name=page.provider_name or (embed.provider_name if embed is not None else ""),
        provider_url=embed.provider_url if embed is not None else "",
        authors=authors,
        html=pages.frame(player, width, height) if player else "",
        width=width,
        height=height,
        image_description=page.image_description,
        embed_url=embed.image_url if embed is not None and photo else "",
        published_at=page.published_at,
    )


def _host(address: str) -> str | None:
    return urlsplit(address).hostname
