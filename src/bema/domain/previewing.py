"""Previewing: which page a post shows a card of, when that page is asked, and what is kept of its answer."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import islice

import msgspec

from bema.domain import uploading
from bema.model import limits
from bema.model.ids import CardId, PostId
from bema.model.policy import Visibility
from bema.model.site import Site
from bema.model.views import CardFacts
from bema.outside.addresses import plainly_written
from bema.store import cards, mentions, tasks
from bema.store.tx import Tx, WriteTx

CARDS = "cards"  # the name under which pages wait to be asked

_LINK = re.compile(r"<a ([^>]*+)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*+)"')
_QUOTED = re.compile(r'<(p|span) class="quote-inline">.*?</\1>', re.DOTALL)  # for readers that do not know quotes
_NO_LINKS = {"mention", "hashtag", "u-url"}  # classes of links that name people and tags


def look_at(tx: WriteTx, post_id: PostId) -> None:
    """Give a post the card of the first page that it links to, and have that page asked where it is time to.

    Followers' and direct posts have none: that their link was asked for would tell its server that it was posted.
    """
    post = cards.linking(tx, post_id)
    if post is None or post.is_boost:
        return
    link = _first_link(tx, post.content_html) if post.visibility <= Visibility.UNLISTED else None
    if link is None:
        if post.card is not None:
            cards.give(tx, post_id, None)
        return
    known = cards.ensure(tx, *link)
    if post.card != known.id:
        cards.give(tx, post_id, known.id)
    lasts = limits.CARD_FRESH_SECONDS if known.says_something else limits.CARD_NONE_SECONDS
    if known.fetched_at is None or known.fetched_at + lasts * 1_000 <= tx.now:
        tasks.add(tx, CARDS, str(known.id), str(known.id))


def _first_link(tx: WriteTx, content_html: str) -> tuple[str, str] | None:
    """Return the first page of another server that a post links to, with its host."""
    return next((link for link in links(content_html) if not cards.is_own(tx, link[1])), None)


def links(content_html: str) -> Iterator[tuple[str, str]]:
    """Find the pages that a rendered text links to, with their hosts; the HTML must be ours, or cleaned."""
    for found in islice(_LINK.finditer(_QUOTED.sub("", content_html)), limits.CARD_LINKS):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        if _NO_LINKS & set(attributes.get("class", "").split()) or "tag" in attributes.get("rel", "").split():
            continue
        if (link := plain_link(unescape(attributes.get("href", "")))) is not None:
            yield link


def plain_link(address: str) -> tuple[str, str] | None:
    """Return an address as cards are kept by, with its host (and an unusual port); None where it is none of the web."""
    try:
        url = plainly_written(address)
    except ValueError:
        return None
    written = str(url)
    host = url.host_port_subcomponent
    return (written, host) if host and len(written) <= limits.URL_CHARACTERS else None


def with_accounts(tx: Tx, site: Site, facts: CardFacts, hosts: Sequence[str]) -> CardFacts:
    """Take those whom a page names as its authors for that where they said that pages of all these hosts may do so.

    Whoever is named without having said it is not told of: anybody can write anybody's name on a page.
    """
    handles = [author.handle.lower() for author in facts.authors if author.handle]
    if not handles:
        return facts
    named = mentions.resolve(tx, site, handles)
    domains = cards.attribution_domains(tx, [each.id for each in named.values()])
    allowed = {
        handle: each.id
        for handle, each in named.items()
        if hosts and all(_is_within(host, domains.get(each.id, [])) for host in hosts)
    }
    replace = msgspec.structs.replace
    return replace(facts, authors=[replace(each, account=allowed.get(each.handle.lower())) for each in facts.authors])


def _is_within(host: str, domains: Sequence[str]) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in domains)


def record(tx: WriteTx, id_: CardId, facts: CardFacts | None) -> None:
    """Keep what a page says about itself; a picture that it had before goes."""
    before = cards.page(tx, id_)
    if before is None:
        return
    old = before[1].picture if before[1] is not None else None
    if old is not None and (facts is None or facts.picture != old):
        tasks.add(tx, uploading.FILES, old.key, old.key)
    cards.record(tx, id_, facts)


def fail(tx: WriteTx, id_: CardId) -> bool:
    """Note that a page could not be reached. Tell whether to try again; else it has no card for a day."""
    if cards.tried(tx, id_) < limits.CARD_ATTEMPTS:
        return True
    before = cards.page(tx, id_)
    cards.record(tx, id_, None if before is None else before[1])  # what was known stays known
    return False
