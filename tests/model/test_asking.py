"""Whatever is typed is a query, and what looks like an operator and is none is words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.model.asking import ANYBODY, EVER, TRAITS, Query, Span, read
from bema.model.ids import MAX_ID, lowest_id_at

_PIECES = ["-", '"', ":", "from:", "from:me", "has:image", "is:", "is:reply", "before:", "2026-05-31", "9999", "0000"]
_PIECES += [
    "-during:2026",
    "after:1970",
    "language:ur",
    "in:library",
    "in:public",
    " ",
    "کتاب",
    "東京都",
    "*",
    "\0",
    "“",
    "”",
]


def first(year: int, month: int = 1, day: int = 1) -> int:
    """Return the lowest id of a day."""
    return lowest_id_at(int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1_000))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("red sea", Query(words=("red", "sea*"))),
        ("red -sea", Query(words=("red*",), no_words=("sea",))),
        ('"Red  sea"', Query(words=("red", "sea"), phrases=("red sea",))),
        ("“red sea” -“dead sea”", Query(words=("red", "sea"), phrases=("red sea",), no_phrases=("dead sea",))),
        ("-北京市", Query(no_phrases=("北京市",))),
        ("from:@Ann@other.example -from:me", Query(authors=("Ann@other.example",), no_authors=("me",))),
        ("Has:Image -is:reply", Query(traits=("=himage",), no_traits=("=ireply",))),
        ("has:embed has:quote", Query(traits=("=hlink", "=iquote"))),
        ("language:pt-BR language:UR", Query(languages=("=lptbr", "=lur"))),
        ("in:library", Query(library=True)),
        ("in:public -in:library", Query(traits=(ANYBODY,), library=False)),
        ("in:all", Query()),
        ("before:2026", Query(spans=(Span(below=first(2026)),))),
        ("after:2026-02-28", Query(spans=(Span(above=first(2026, 3) - 1),))),
        ("during:2025-12", Query(spans=(Span(first(2025, 12) - 1, first(2026)),))),
        ("during:۲۰۲۵-۱۲", Query(spans=(Span(first(2025, 12) - 1, first(2026)),))),
        ("-during:2026-5-31", Query(spans=(Span(above=first(2026, 6) - 1), Span(below=first(2026, 5, 31))))),
        ("-before:2026 -after:2026", Query(spans=(Span(first(2026) - 1, first(2027)),))),
        ("before:2025 after:2026", Query(spans=())),
        ("has:wings", Query(words=("has", "wings*"))),
        ("before:2026-13 10:30", Query(words=("before", "2026", "13", "10", "30*"))),
        ("from:@ - :", Query(words=("from*",))),
    ],
)
def test_a_query_is_read(text: str, query: Query) -> None:
    """Operators in any case, digits of any script, quotation marks of any keyboard."""
    assert read(text) == query


@pytest.mark.parametrize("text", ["is:reply -is:reply", "sea -sea red", '"a b" -"a b"', "during:2025 during:2026"])
def test_a_contradiction_is_seen(text: str) -> None:
    """The index is not asked."""
    assert read(text).contradicts_itself


@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from(_PIECES)).map("".join), st.lists(st.sampled_from(_PIECES)).map(" ".join)
    )
)
def test_whatever_is_typed_is_a_query_within_bounds(text: str) -> None:
    """No list in it is longer than its limit, nothing in it is an operator of a database, spans do not overlap."""
    query = read(text)
    for pieces in (query.words, query.no_words, query.phrases, query.no_phrases, query.languages, query.traits):
        assert len(set(pieces)) == len(pieces) <= limits.SEARCH_TERMS
    assert max(len(query.authors), len(query.no_authors)) <= limits.SEARCH_AUTHORS
    assert set(query.traits + query.no_traits) <= {*TRAITS.values(), ANYBODY}
    for term in query.words + query.no_words + query.languages + query.no_languages:
        assert not set(term.removesuffix("*")) & set(" \"'*():&|!<>\\-+^~\0")
    assert len(query.spans) <= limits.SEARCH_SPANS
    edges = [edge for span in query.spans for edge in (span.below, span.above)]
    assert edges == sorted(edges, reverse=True)
    assert all(-1 <= edge <= MAX_ID for edge in edges)
    assert query.asks or query == Query(spans=(EVER,))
