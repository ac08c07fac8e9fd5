"""Cards of linked pages, as clients show them under a status."""

from collections.abc import Callable
from typing import Any

from bema.model import views
from bema.model.site import Site
from bema.model.views import Card
from bema.wire.mastodon.accounts import Account
from bema.wire.mastodon.statuses import PreviewCard, PreviewCardAuthor
from bema.wire.mastodon.times import iso

RenderAccount = Callable[[views.Account], Account]


def card(site: Site, shown: Card, render: RenderAccount) -> PreviewCard:
    """Render a card, and by `render` the accounts of its authors."""
    return PreviewCard(**card_fields(site, shown, render))


def card_fields(site: Site, shown: Card, render: RenderAccount) -> dict[str, Any]:
    """Return the fields that every form of a card has."""
    facts = shown.facts
    writers = [None if each is None else render(each) for each in shown.writers] or [None] * len(facts.authors)
    return {
        "url": shown.url,
        "title": facts.title,
        "description": facts.description,
        "language": facts.language,
        "type": facts.kind,
        "author_name": facts.authors[0].name if facts.authors else "",
        "author_url": facts.authors[0].url if facts.authors else "",
        "provider_name": facts.provider_name,
        "provider_url": facts.provider_url,
        "html": facts.html,
        "width": facts.width,
        "height": facts.height,
        "image": None if facts.picture is None else site.media(facts.picture.key),
        "image_description": facts.image_description,
        "embed_url": facts.embed_url,
        "blurhash": facts.blurhash,
        "published_at": None if facts.published_at is None else iso(facts.published_at),
        # Whom of the fediverse a page names as its author without having been told that it may is not passed on.
        "authors": [
            PreviewCardAuthor(name=each.name, url=each.url, account=writer)
            for each, writer in zip(facts.authors, writers, strict=True)
        ],
    }
