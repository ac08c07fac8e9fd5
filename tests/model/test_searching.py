"""What is searched for is found, however and in whatever script it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.model.searching import fold, query_terms, tokens, without_piles


def finds(query: str, text: str) -> bool:
    """Match as both databases do: every term is a token, or with a star begins one."""
    there = tokens(text)
    return all(
        any(token.startswith(term[:-1]) if term.endswith("*") else token == term for token in there)
        for term in query_terms(query)
    )


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("کتاب", "یہ ایک كتاب ہے"),  # Urdu kaf for an Arabic one
        ("كتاب", "یہ ایک کتاب ہے"),
        ("پاکستان زندگی", "پَاکِستان میں زِندگی"),
        ("الكتاب", "قرأتُ الكِتَابَ"),
        ("احمد", "أحمد"),
        ("مكتبه", "مكتبة"),
        ("علی", "علي"),
        ("محمد", "محـــمد"),
        ("میخواهم", "می\u200cخواهم"),
        ("١٤٤٧", "سنة 1447"),
        ("۱۴۰۵", "1405"),
        ("हिन्दी", "मैं हिन्दी लिखता हूँ"),
        ("हिन्", "मैं हिन्दी लिखता हूँ"),
        ("北京", "我住在北京市"),
        ("京", "我住在北京"),
        ("我住在北京市", "我住在北京市"),
        ("東京タワー", "昨日、東京タワーに行きました"),
        ("ﾀﾜｰ", "東京タワー"),
        ("が", "猫がいる"),
        ("ภาษาไทย", "ฉันพูดภาษาไทยได้"),
        ("학교", "나는 학교에서 공부한다"),
        ("strasse", "Die Straße"),
        ("STRASSE", "straße"),
        ("übung", "Ubung und Übung"),
        ("ubung", "Übung"),
        ("istanbul", "İstanbul"),
        ("ISTANBUL", "ıstanbul"),
        ("ILIK", "ılık"),
        ("έρωτας", "ΕΡΩΤΑΣ"),
        ("елка", "ёлка"),
        ("שלום", "שָׁלוֹם"),
        ("smorrebrod", "smørrebrød"),
        ("ｆｕｌｌ", "full width"),
        ("ecol", "l'école"),
        ("covid19", "#COVID19"),
        ("hel", "Hello"),
    ],
)
def test_what_is_typed_differently_is_found(query: str, text: str) -> None:
    """Accents, keyboards, widths, digits and beginnings make no difference."""
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("hel world", "Hello world"),
        ("北海", "北京与上海"),
        ("か", "がくせい"),
        ("คน", "ฉันพูดภาษาไทย"),
        ("лук", "клук"),
        ("мой", "мои"),
        ("हिन्दू", "हिन्दी"),
        ("لڑکے", "لڑکی"),
    ],
)
def test_what_is_something_else_is_not_found(query: str, text: str) -> None:
    """Marks that make another letter stay; only the last word may be a beginning."""
    assert not finds(query, text)


def test_runs_without_spaces_become_pairs() -> None:
    """And the last character stands alone, so that every character begins a token."""
    assert tokens("東京都 abc") == ["東京", "京都", "都", "abc"]
    assert query_terms("東京都") == ["東京", "京都*"]
    assert query_terms("水 abc") == ["水*", "abc*"]
    assert query_terms("") == tokens("… !?") == []


@given(st.text(st.characters()))
def test_folding_is_settled(text: str) -> None:
    """What is folded stays as it is, whatever it was."""
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters()))
def test_tokens_are_bounded_and_plain(text: str) -> None:
    """Neither database finds an operator in them."""
    for token in [*tokens(text), *(term.removesuffix("*") for term in query_terms(text))]:
        assert 0 < len(token) <= limits.SEARCH_TOKEN_CHARACTERS
        assert not set(token) & set(" \"'*():&|!<>\\-+^~\0")
    assert len(query_terms(text)) <= limits.SEARCH_TERMS
    assert len(set(tokens(text))) == len(tokens(text)) <= limits.SEARCH_TOKENS


@given(st.text(min_size=1))
def test_a_text_is_found_by_itself(text: str) -> None:
    """Whatever the script."""
    assert finds(text, text)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "字" * 100_000, "\ufdfa" * 100_000, "a\u0301" * 100_000, "क" * 100_000]
)
def test_a_very_long_text_is_cut(text: str) -> None:
    """The index does not grow with one hostile post."""
    assert len(tokens(text)) <= limits.SEARCH_TOKENS


def test_a_pile_of_marks_costs_no_more_than_a_text_as_long() -> None:
    """Putting the marks on one letter in order takes the square of their number: one post would stop everybody."""
    pile = "\u0301\u0316"
    assert fold("Ka" + pile * 10) == "ka"
    assert without_piles("Ka" + pile * 30_000) == "Ka" + pile * (limits.MARKS_IN_A_ROW // 2)
    assert without_piles("क्षि" * 100) == "क्षि" * 100
