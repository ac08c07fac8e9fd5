"""HTML, the only place where markup is made or judged: what we render of a text, what we keep of a page from elsewhere."""

import re
from collections.abc import Callable, Mapping
from html import unescape

import msgspec
import nh3

from bema.model import limits
from bema.model.errors import Invalid
from bema.wire.text import Hashtag, Link, Mention, Token, parse

LINK_REL = "nofollow noopener"
OWN_LINK_REL = "nofollow noopener me"  # a link in a profile, by which a page may prove that it is the same person's

_SHOWN_OF_LINK = 30  # characters of an address that are seen, as on Mastodon; of its host all that a name can have
_HOST_CHARACTERS = 260  # of a host with its port
_PREFIX = re.compile(r"https?://(?:www\.)?", re.IGNORECASE | re.ASCII)
_AFTER_HOST = re.compile(r"[/?#]")
_PARAGRAPH = re.compile(r"\n{2,}")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r" *<br ?/?> *")
_BLOCK = re.compile(r" *</?(?:p|blockquote|pre|ul|ol)> *")
_END = re.compile(r"<br ?/?>|</(?:p|blockquote|pre|li)>")
_ITEM = re.compile(r" *<li> *")
_SCHEME = re.compile(r"(?:https?|gemini|gopher|xmpp|magnet|ipfs|ipns|dweb|dat|ssb):", re.IGNORECASE | re.ASCII)
_CLASS = re.compile(r"(?:h|p|u|dt|e)-[a-z0-9-]{1,40}|mention|hashtag|ellipsis|invisible|quote-inline")
_INLINE = {"span", "a", "del", "s", "code", "b", "strong", "u", "i", "em", "ruby", "rt", "rp"}
_BLOCKS = {"p", "br", "blockquote", "pre", "ul", "ol", "li"}
_DROPPED = {"script", "style", "title", "textarea", "iframe", "noscript", "template", "object"}


class MentionLink(msgspec.Struct, frozen=True, gc=False):
    """Where a mention leads: the account's page, and the name that is shown for it."""

    acct: str
    username: str
    url: str


def render(
    text: str,
    mentions: Mapping[str, MentionLink],
    tag_url: Callable[[str], str],
    *,
    rel: str = LINK_REL,
    paragraphs: bool = True,
) -> str:
    """Write a typed text as HTML: escaped exactly once, with the links that clients know by their classes.

    `mentions` is keyed by `Mention.handle`; whom it does not hold stays text. Without `paragraphs` it is one line, as in
    the fields of a profile.
    """
    inline = "".join(_rendered(token, mentions, tag_url, rel) for token in parse(_one_newline(text)))
    if not paragraphs:
        return inline.strip("\n").replace("\n", " ")
    blocks = _PARAGRAPH.split(inline.strip("\n"))
    return "".join(f"<p>{block.replace(chr(10), '<br />')}</p>" for block in blocks if block)


def with_link_to_quoted(html: str, url: str) -> str:
    """Put a link to what is quoted before what is said about it, for clients that know no quotes; unless it is there."""
    if escape(url) in html:
        return html
    return f'<p class="quote-inline">RE: {_link(url, LINK_REL)}</p>{html}'


def linked(url: str) -> str:
    """Make a link to an address, which is seen as links in posts are."""
    return _link(url, LINK_REL)


def escape(text: str) -> str:
    """Escape for the inside of an element or of a quoted attribute."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )


def sanitise(html: str) -> str:
    """Keep of HTML from elsewhere what Mastodon keeps; links get our `rel` and `target`. Too much of it is refused."""
    return _KEEPER.clean(_bounded(html))


def plain(html: str) -> str:
    """Turn HTML into the text a person would read, with its line breaks."""
    text = _SPACE.sub(" ", _BLOCK_KEEPER.clean(_bounded(html)))
    text = _BREAK.sub("\n", text)
    text = _ITEM.sub("\n", text)
    text = _BLOCK.sub("\n\n", text)
    text = unescape(_TAG.sub("", text))
    return _PARAGRAPH.sub("\n\n", text).strip(" \n")


def said(html: str) -> str:
    """Return the words of HTML that is clean already, for searching them: quicker than `plain`, and less like the page."""
    return unescape(_TAG.sub("", _END.sub("\n", html)))


def _rendered(token: Token, mentions: Mapping[str, MentionLink], tag_url: Callable[[str], str], rel: str) -> str:
    match token:
        case Link():
            return _link(token.text, rel)
        case Mention() if link := mentions.get(token.handle):
            return (
                f'<span class="h-card" translate="no"><a href="{escape(link.url)}" class="u-url mention">'
                f"@<span>{escape(link.username)}</span></a></span>"
            )
        case Hashtag():
            return (
                f'<a href="{escape(tag_url(token.name))}" class="mention hashtag" rel="tag">'
                f"#<span>{escape(token.name)}</span></a>"
            )
        case _:
            return escape(token.text)


def _link(url: str, rel: str) -> str:
    """Show the middle of an address, hide its ends: a copy of the text is whole all the same.

    Where it leads is always seen: a long host that is cut could look like the beginning of another.
    """
    prefix = match[0] if (match := _PREFIX.match(url)) else ""
    rest = url[len(prefix) :]
    end = max(_SHOWN_OF_LINK, _end_of_host(rest))
    shown, hidden = rest[:end], rest[end:]
    return (
        f'<a href="{escape(url)}" target="_blank" rel="{rel}" translate="no"><span class="invisible">{escape(prefix)}'
        f'</span><span class="{"ellipsis" if hidden else ""}">{escape(shown)}</span>'
        f'<span class="invisible">{escape(hidden)}</span></a>'
    )


def _end_of_host(rest: str) -> int:
    found = _AFTER_HOST.search(rest)
    return min(len(rest) if found is None else found.start(), _HOST_CHARACTERS)


def _one_newline(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bounded(html: str) -> str:
    if len(html) > limits.REMOTE_HTML_CHARACTERS or html.count("<") > limits.REMOTE_HTML_TAGS:
        raise Invalid("The HTML is too long")
    return html


def _kept_attribute(tag: str, attribute: str, value: str) -> str | None:
    match attribute:
        case "href":
            return value if _SCHEME.match(value) else None
        case "class":
            return " ".join(name for name in value.split() if _CLASS.fullmatch(name)) or None
        case "translate":
            return "no" if value == "no" else None
        case "start" | "value":
            return value if value.isascii() and value.removeprefix("-").isdigit() and len(value) <= 9 else None
        case _:
            return value


_KEEPER = nh3.Cleaner(
    tags=_INLINE | _BLOCKS,
    clean_content_tags=_DROPPED,
    attributes={
        "a": {"href", "class", "translate"},
        "span": {"class", "translate"},
        "p": {"class"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    },
    attribute_filter=_kept_attribute,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel=LINK_REL,
    url_schemes={"http", "https", "gemini", "gopher", "xmpp", "magnet", "ipfs", "ipns", "dweb", "dat", "ssb"},
)
_BLOCK_KEEPER = nh3.Cleaner(tags=_BLOCKS, clean_content_tags=_DROPPED, attributes={})
