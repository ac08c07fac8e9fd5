"""What is a mention, a hashtag, a link, and how long a text counts."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bema.model import limits
from bema.wire.text import (
    Emoji,
    Hashtag,
    Link,
    Mention,
    Text,
    character_count,
    clean_text,
    length,
    parse,
    strip_controls,
)

LIVELY = st.lists(
    st.sampled_from(
        [
            "@ann",
            "@bob@far.example",
            "#tag",
            "#",
            "@",
            ":",
            ":cat:",
            "https://",
            "http://a.example/",
            "(",
            ")",
            "/",
            ".",
            " ",
            "\n",
            "é",
            "é",
            "日本",
            "हिन्दी",
            "\u200c",
            "\u202e",
            "\u2067",
            "\u2069",
            "\u202c",
            "1",
            "_",
            "👩\u200d👧",
        ]
    )
    | st.text(max_size=4)
).map("".join)


def found(text: str, kind: type) -> list[str]:
    """Name what was found of one kind."""
    return [token.text for token in parse(text) if isinstance(token, kind)]


@given(LIVELY)
def test_tokens_joined_are_the_text(text: str) -> None:
    """Nothing is lost, doubled or empty."""
    tokens = parse(text)
    assert "".join(token.text for token in tokens) == text
    assert all(token.text for token in tokens)


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ann", ["ann"]),
        ("Hello @Ann, and @bob@Far.Example.", ["ann", "bob@far.example"]),
        ("(@ann)@bob", ["ann", "bob"]),
        ("mail ann@square.example", []),
        ("https://square.example/@ann", []),
        ("@first.last- and @a-b", ["first.last", "a-b"]),
        ("@ann@localhost:8000 hello", ["ann@localhost:8000"]),
        ("@مریم @", []),
        ("سلام @omar!", ["omar"]),
    ],
)
def test_mentions_are_found_as_on_mastodon(text: str, handles: list[str]) -> None:
    """A name after a letter, slash or equals sign is part of something else."""
    assert [token.handle for token in parse(text) if isinstance(token, Mention)] == handles


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#Bema, #öl! (#c)", ["Bema", "öl", "c"]),
        ("#2026 #1 #_ #·", []),
        ("#2026_27 #covid19 #1a", ["2026_27", "covid19", "1a"]),
        ("#हिन्दी #ภาษาไทย #日本語 #اردو", ["हिन्दी", "ภาษาไทย", "日本語", "اردو"]),
        ("#می\u200cخواهم", ["می\u200cخواهم"]),
        ("#col·lecció· #スター・トレック", ["col·lecció", "スター・トレック"]),
        ("＃全角", ["全角"]),
        ("word#no a/#no https://a.example/#no &#39;", []),
        ("#one#two", ["one"]),
    ],
)
def test_hashtags_are_found_in_every_script(text: str, names: list[str]) -> None:
    """Marks and joiners belong to words; a number alone is no tag."""
    assert [token.name for token in parse(text) if isinstance(token, Hashtag)] == names


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://square.example", ["https://square.example"]),
        ("See https://square.example/a?b=c&d=e#f.", ["https://square.example/a?b=c&d=e#f"]),
        ("(https://square.example/a_(b))", ["https://square.example/a_(b)"]),
        ("https://square.example/a_(b)", ["https://square.example/a_(b)"]),
        ('"https://square.example/", said', ["https://square.example/"]),
        ("看https://例え.jp/パス。", ["https://例え.jp/パス"]),
        ("https://square.example/راه؟", ["https://square.example/راه"]),
        ("HTTP://Square.Example:8080/x", ["HTTP://Square.Example:8080/x"]),
        ("https://xn--mller-kva.example/", ["https://xn--mller-kva.example/"]),
        ("https://localhost/ http://1.2.3.4/ ftp://a.example javascript:alert(1)", []),
        ("xhttps://square.example", []),
        ("httpſ://square.example", []),
        ("https://a.example/\u202egnp.exe", ["https://a.example/"]),
        ("https://ann@square.example/", []),
    ],
)
def test_links_end_where_the_sentence_goes_on(text: str, links: list[str]) -> None:
    """Brackets that open inside belong to the address; last punctuation does not."""
    assert found(text, Link) == links


def test_a_link_beyond_the_limit_is_text() -> None:
    """Else a post could be as long as one wants and still count 23."""
    address = "https://square.example/" + "a" * limits.URL_CHARACTERS
    assert parse(address) == [Text(address)]
    assert character_count(address) == len(address)


@pytest.mark.parametrize(("text", "codes"), [(":cat: a:cat: :cat:b :a: (:party_cat:)", [":cat:", ":party_cat:"])])
def test_shortcodes_stand_alone(text: str, codes: list[str]) -> None:
    """Two characters at least, and no letter beside the colons."""
    assert found(text, Emoji) == codes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Hello", 5),
        ("a\r\nb", 3),
        ("👩\u200d👩\u200d👧 é e\u0301", 5),
        ("@bob@far.example hi", 7),
        ("https://square.example/a/very/long/path", 23),
        ("سلام", 4),
    ],
)
def test_characters_are_counted_as_readers_do(text: str, count: int) -> None:
    """A family is one character, a link is 23, a host does not count."""
    assert character_count(text) == count


@given(LIVELY, st.integers(0, 30))
@example("\u202e", 1)
@example("a\u202eb\nc", 4)
@example("\u2069e\u0301", 9)
def test_cleaning_is_bounded_and_settled(text: str, limit: int) -> None:
    """Cleaning twice changes nothing more; what is shown stays within the limit."""
    clean = clean_text(text, limit)
    assert clean_text(clean, limit) == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert length(clean.translate(dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))) <= limit


@given(st.text(st.characters()))
def test_what_is_clean_can_be_stored(text: str) -> None:
    """No NUL, no half characters, no other controls than line and tab."""
    clean = strip_controls(text)
    clean.encode()
    assert not any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in clean)


@given(st.text("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069ab\n"))
def test_a_direction_ends_with_its_line(text: str) -> None:
    """What follows a hostile name reads as it should."""
    for line in clean_text(text, 1000).split("\n"):
        depth = 0
        for character in line:
            if character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
                depth += 1
            elif character in "\u202c\u2069":
                depth -= 1
                assert depth >= 0
        assert depth == 0


def test_joiners_and_marks_are_kept() -> None:
    """They are how Persian, Hindi and Hebrew are written."""
    text = "می\u200cخواهم क्\u200dष א\u200f ב\u200e"
    assert clean_text(text, 100) == text
