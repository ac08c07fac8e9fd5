"""Markup that we make, and markup that comes from elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.model.errors import Refusal
from bema.wire.html import OWN_LINK_REL, MentionLink, escape, plain, render, sanitise
from bema.wire.text import strip_controls

ANN = MentionLink(acct="ann", username="ann", url="https://square.example/@ann")
BOB = MentionLink(acct="bob@far.example", username="bob", url="https://far.example/@bob?a=1&b=2")
PEOPLE = {"ann": ANN, "bob@far.example": BOB}
ALLOWED = {
    "a": {"href", "class", "translate", "target", "rel"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
TAGS = {
    *ALLOWED,
    "br",
    "del",
    "s",
    "pre",
    "blockquote",
    "code",
    "b",
    "strong",
    "u",
    "i",
    "em",
    "ul",
    "ruby",
    "rt",
    "rp",
}
MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<br>",
            "<a href='",
            "'",
            '"',
            ">",
            "<",
            "&",
            "&lt;",
            "javascript:",
            "https://a.example",
            "<script>",
            "</script>",
            "<svg>",
            "<math>",
            "<style>",
            "<img src=x onerror=alert(1)>",
            " onclick=x ",
            "<!--",
            "-->",
            "<li>",
            "<span class='mention evil'>",
            "<iframe>",
            "<template>",
            "<noscript>",
            "<textarea>",
            "\x00",
            "<b>",
            "</a>",
            "data:",
        ]
    )
    | st.text(max_size=5)
).map("".join)


def tag_url(name: str) -> str:
    """Say where a tag lives."""
    return f"https://square.example/tags/{name}"


def written(text: str) -> str:
    """Render for a square where Ann and Bob are known."""
    return render(text, PEOPLE, tag_url)


class Elements(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element with its attributes."""
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Hello", "<p>Hello</p>"),
        ("a\nb\n\nc\r\nd\n", "<p>a<br />b</p><p>c<br />d</p>"),
        ("1 < 2 & \"3\" > '2' &amp;", "<p>1 &lt; 2 &amp; &quot;3&quot; &gt; &#39;2&#39; &amp;amp;</p>"),
        (
            "@Ann",
            (
                '<p><span class="h-card" translate="no"><a href="https://square.example/@ann" class="u-url mention">'
                "@<span>ann</span></a></span></p>"
            ),
        ),
        (
            "@bob@far.example",
            (
                '<p><span class="h-card" translate="no"><a href="https://far.example/@bob?a=1&amp;b=2" class="u-url mention">'
                "@<span>bob</span></a></span></p>"
            ),
        ),
        ("@nobody <b>", "<p>@nobody &lt;b&gt;</p>"),
        (
            "#اردو",
            '<p><a href="https://square.example/tags/اردو" class="mention hashtag" rel="tag">#<span>اردو</span></a></p>',
        ),
        (
            "https://a.example/?b=1&c=2",
            (
                '<p><a href="https://a.example/?b=1&amp;c=2" target="_blank" rel="nofollow noopener" translate="no">'
                '<span class="invisible">https://</span><span class="">a.example/?b=1&amp;c=2</span>'
                '<span class="invisible"></span></a></p>'
            ),
        ),
        (
            "https://www.square.example/a/long/path/to/somewhere",
            (
                '<p><a href="https://www.square.example/a/long/path/to/somewhere" target="_blank" rel="nofollow noopener" '
                'translate="no"><span class="invisible">https://www.</span>'
                '<span class="ellipsis">square.example/a/long/path/to/</span>'
                '<span class="invisible">somewhere</span></a></p>'
            ),
        ),
    ],
)
def test_text_becomes_the_html_that_clients_know(text: str, html: str) -> None:
    """Clients find mentions and tags by these very classes and addresses."""
    assert written(text) == html


@pytest.mark.parametrize(
    "host", ["accounts.bank.example.sign-in.session.elsewhere.example", "x" * 63 + ".example:8443"]
)
def test_a_link_shows_where_it_leads(host: str) -> None:
    """CVE-2023-36462: a host that is cut off looks like another, and a name in front of it like a host."""
    for end in ("", "/", "/a/long/path/to/somewhere", "?q=1"):
        assert re.search(f'<span class="(?:ellipsis)?">{re.escape(host)}', written(f"https://{host}{end}"))
    assert 'href="https://bank.example"' in written(f"https://bank.example@{host}/")


def test_a_profile_field_is_one_line() -> None:
    """And its link may prove whose page it is."""
    field = render("https://a.example\nb", {}, tag_url, rel=OWN_LINK_REL, paragraphs=False)
    assert 'rel="nofollow noopener me"' in field
    assert field.endswith("</a> b")


@given(MARKUP)
def test_what_was_typed_is_read_again(text: str) -> None:
    """Escaped exactly once: a reader sees what was typed, spaces at line ends apart."""
    typed = strip_controls(text).replace("\t", " ")
    seen = plain(written(typed))
    assert "".join(seen.split()) == "".join(typed.split())


@given(MARKUP)
def test_nothing_typed_becomes_an_element(text: str) -> None:
    """Only our own elements are there."""
    assert {tag for tag, _ in Elements(written(text)).tags} <= {"p", "br", "a", "span"}


@given(MARKUP)
def test_sanitising_keeps_only_what_is_allowed(html: str) -> None:
    """No element, attribute or scheme beyond the list, and doing it twice changes nothing."""
    clean = sanitise(html)
    for tag, attributes in Elements(clean).tags:
        assert tag in TAGS
        assert set(attributes) <= ALLOWED.get(tag, set())
        assert (attributes.get("href") or "https:").startswith(("https:", "http:"))
    assert Elements(sanitise(clean)).tags == Elements(clean).tags


@given(MARKUP)
def test_no_html_breaks_the_plain_reader(html: str) -> None:
    """Hostile pages become some text."""
    assert "\n\n\n" not in plain(html)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a<script>b</script><style>c</style>d</p>", "<p>ad</p>"),
        ('<a href="/x">y</a>', '<a rel="nofollow noopener" target="_blank">y</a>'),
        ('<span class="mention evil h-card">x</span>', '<span class="mention h-card">x</span>'),
        ('<p class="quote-inline">x</p>', '<p class="quote-inline">x</p>'),
        ('<img src="x" onerror="y">z', "z"),
        ('<ol start="3" onclick="x"><li value="x">y</li></ol>', '<ol start="3"><li>y</li></ol>'),
    ],
)
def test_pages_from_elsewhere_keep_their_sense(html: str, kept: str) -> None:
    """What carries meaning stays, what acts goes."""
    clean = Elements(sanitise(html)).tags
    assert clean == Elements(kept).tags


@pytest.mark.parametrize("html", ["<div>" * (limits.REMOTE_HTML_TAGS + 1), "a" * (limits.REMOTE_HTML_CHARACTERS + 1)])
def test_too_much_html_is_refused(html: str) -> None:
    """Unwrapping nested elements costs the square of their number."""
    for read in (sanitise, plain):
        with pytest.raises(Refusal):
            read(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<br>b</p><p>c</p>", "a\nb\n\nc"),
        ("<p>a\n b</p>", "a b"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"),
        ('<a href="x"><span class="invisible">https://</span>a.example</a>', "https://a.example"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("a&nbsp;b　c", "a\u00a0b\u3000c"),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    """Line breaks are kept, markup is not."""
    assert plain(html) == text


@given(st.text())
def test_escaping_leaves_nothing_that_acts(text: str) -> None:
    """Neither in an element nor in an attribute."""
    assert not set("<>\"'") & set(escape(text))
