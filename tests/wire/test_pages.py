"""What pages say about themselves is read in one walk, whatever bytes they are made of."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.wire import pages

URL = "https://courier.example/a/b"


def test_opengraph_comes_before_twitter_and_these_before_the_title() -> None:
    """What was written for cards is best for cards."""
    title = "<title>Plain</title>"
    twitter = '<meta name="twitter:title" content="Twitter">'
    og = "<META PROPERTY='og:title' CONTENT='Open &lt;Graph&gt;'>"
    assert pages.read((title + twitter + og).encode(), URL).title == "Open <Graph>"
    assert pages.read((title + twitter).encode(), URL).title == "Twitter"
    assert pages.read(title.encode(), URL).title == "Plain"


def test_json_ld_tells_authors_language_and_date() -> None:
    """As newspapers have it; alone or in a graph."""
    article = (
        '{"@type":["NewsArticle"],"headline":"Head","description":"Words","inLanguage":"ur-PK",'
        '"datePublished":"2026-03-04T05:06:07+05:00","publisher":{"name":"Courier"},'
        '"author":[{"name":"Ann","url":"/ann"},{"name":"Bo","url":"javascript:x"}]}'
    )
    for document in (article, f"[{article}]", f'{{"@graph":[{{"@type":"WebSite"}},{article}]}}'):
        page = pages.read(f'<script type="application/ld+json">{document}</script>'.encode(), URL)
        assert (page.title, page.description, page.language, page.provider_name) == ("Head", "Words", "ur", "Courier")
        assert page.authors == [pages.Author("Ann", "https://courier.example/ann"), pages.Author("Bo", "")]
        assert page.published_at == 1_772_582_767_000


def test_fediverse_handles_belong_to_authors_in_their_order() -> None:
    """Where there are as many of both, or handles alone."""
    creator = '<meta name="fediverse:creator" content="@ann@square.example">'
    alone = pages.read(creator.encode(), URL)
    assert alone.authors == [pages.Author(handle="ann@square.example")]
    named = pages.read(f'{creator}<meta name="author" content="Ann">'.encode(), URL)
    assert named.authors == [pages.Author("Ann", handle="ann@square.example")]


@pytest.mark.parametrize(
    ("text", "encoding", "header"),
    [
        ("نمونہ", "utf-8", ""),
        ("Größe", "latin-1", "text/html; charset=ISO-8859-1"),
        ("Größe", "cp1252", ""),
        ("日本", "shift_jis", 'text/html; charset="Shift_JIS"'),
        ("中文", "gb18030", "text/html; charset=gb2312"),
        ("Привет", "koi8-r", "text/html; charset=koi8-r"),
        ("Größe", "utf-8", "text/html; charset=no-such-thing"),
        ("Größe", "utf-8", "text/html; charset=base64"),
        ("Größe", "utf-16", ""),
    ],
)
def test_encodings_are_found_out(text: str, encoding: str, header: str) -> None:
    """By the header, by a byte order mark, or as it can be read."""
    assert pages.read(f"<title>{text}</title>".encode(encoding), URL, header).title == text


def test_a_page_can_say_its_encoding_itself() -> None:
    """As pages of the last century do."""
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><title>Привет</title>'
    assert pages.read(page.encode("cp1251"), URL).title == "Привет"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:image/png,x", "http://[", 'https://a/"><b', "x\\y"])
def test_addresses_are_of_the_web_or_none(address: str) -> None:
    """Whatever a page puts there."""
    page = pages.read(f"<meta property=og:image content='{address}'>".encode(), URL)
    assert page.image_url == ""


def test_texts_are_bounded_and_in_one_line() -> None:
    """Nobody fills a timeline with a title."""
    page = pages.read(f"<title>a\n\n\tb{'x' * 5_000}</title>".encode(), URL)
    assert page.title.startswith("a bx")
    assert len(page.title) == limits.CARD_TITLE_CHARACTERS


@given(st.binary(max_size=400), st.text(max_size=60))
def test_no_bytes_break_it(body: bytes, header: str) -> None:
    """Garbage is a page that says nothing, or something within bounds."""
    for each in (
        body,
        b"<meta " + body,
        b'<script type="application/ld+json">' + body + b"</script>",
        b"<title>" + body,
    ):
        page = pages.read(each, URL, header)
        assert len(page.title) <= limits.CARD_TITLE_CHARACTERS
    assert pages.embed(body, URL) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda x: (
            st.lists(x) | st.dictionaries(st.sampled_from(["@type", "author", "name", "url", "@graph", "publisher"]), x)
        ),
    )
)
def test_no_json_breaks_it(document: object) -> None:
    """Whatever stands where a text is expected."""
    import msgspec

    body = msgspec.json.encode({"@type": "Article", "author": document, "publisher": document, "headline": document})
    pages.read(b'<script type="application/ld+json">' + body + b"</script>", URL)
    pages.embed(msgspec.json.encode({"type": "video", "html": document, "width": document}), URL)


@pytest.mark.parametrize(
    "part",
    [
        "<div>",
        '<meta a="',
        "<meta a='",
        "<",
        "<!--",
        "<script>",
        "<meta a=",
        "<meta a b",
        "<title>",
        "<a x ",
        "<meta/",
        "&amp",
    ],
)
def test_a_megabyte_of_anything_is_read_soon(part: str) -> None:
    """One walk, and no more."""
    body = ((part + "x") * 400_000).encode()[: limits.FETCH_BYTES]
    begun = time.process_time()
    pages.read(body, URL)
    pages.read(b"<meta " + b"".join(b"a%d=b " % number for number in range(90_000)), URL)
    assert time.process_time() - begun < 5


def test_the_address_of_a_frame_ends_where_it_should() -> None:
    """CVE-2023-42452: whatever a provider calls its player, it adds nothing to the frame around it."""
    made = pages.frame('https://tube.example/"onload="alert(1)', 0, 0)
    assert '"onload' not in made
    assert made.count('"') == made.replace("&quot;", "").count('"') == 10
