"""Feeds as programs read them (RFC 4287)."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

import msgspec

from bema.edge.web.pages import Document


class Head(msgspec.Struct, frozen=True):
    """What a feed is: the page it is about, where it is itself, and who writes it."""

    page: str
    address: str
    title: str
    author: str
    author_page: str
    updated: str


class Entry(msgspec.Struct, frozen=True):
    """One thing in a feed."""

    address: str
    title: str
    published: str
    updated: str
    html: str
    language: str | None = None


def document(head: Head, entries: Sequence[Entry]) -> Document:
    """Write a feed."""
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(head.page)}</id><title>{escape(head.title)}</title><updated>{head.updated}</updated>"
        f"<author><name>{escape(head.author)}</name><uri>{escape(head.author_page)}</uri></author>"
        f'<link rel="alternate" type="text/html" href="{escape(head.page)}"/>'
        f'<link rel="self" type="application/atom+xml" href="{escape(head.address)}"/>'
        + "".join(_entry(each) for each in entries)
        + "</feed>\n"
    )
    return Document(text.encode(), b"application/atom+xml; charset=utf-8")


def _entry(entry: Entry) -> str:
    address = escape(entry.address)
    language = f' xml:lang="{escape(entry.language)}"' if entry.language else ""
    return (
        f"<entry{language}><id>{address}</id>"
        f'<link rel="alternate" type="text/html" href="{address}"/>'
        f"<title>{escape(entry.title)}</title>"
        f"<published>{entry.published}</published><updated>{entry.updated}</updated>"
        f'<content type="html">{escape(entry.html)}</content></entry>'
    )
