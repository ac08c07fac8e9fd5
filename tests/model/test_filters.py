"""Which posts a filter meets, in every script."""

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.model.filters import Action, Context, Filter, FilterGroup, Keyword, Matcher, folded
from bema.model.ids import FilterId, KeywordId, PostId


def meets(text: str, *keywords: str, whole_word: bool = True) -> list[str]:
    """Return which of the keywords a text has."""
    words = [Keyword(KeywordId(number), each, whole_word) for number, each in enumerate(keywords)]
    filter_ = Filter(FilterId(1), "", (Context.HOME,), Action.WARN, None)
    found = Matcher([FilterGroup(filter_, words, [])]).matches(folded(text), PostId(1), 0)
    return list(found[0].keywords) if found else []


@pytest.mark.parametrize(
    ("text", "keyword", "whole", "part"),
    [
        ("A plum", "plum", True, True),
        ("A PLUM!", "plum", True, True),
        ("plumber", "plum", False, True),
        ("plumber and plum", "plum", True, True),
        ("sugarplum", "plum", False, True),
        ("plum_cake", "plum", False, True),
        ("plum-cake", "plum", True, True),
        ("plum2", "plum", False, True),
        ("die Straße", "STRASSE", True, True),
        ("İstanbul", "i\u0307stanbul", True, True),
        ("cafe\u0301", "café", True, True),
        ("cafés", "café", False, True),
        ("see #spoilers", "#spoiler", False, True),
        ("see #spoiler", "#spoiler", True, True),
        ("no#spoiler", "#spoiler", True, True),
        ("C++ and C", "c++", True, True),
        ("C++11", "c++", True, True),
        ("a.b*c", ".*", False, False),
        ("(a+)+$", "(a+)+$", True, True),
        ("Новости Москвы", "москвы", True, True),
        ("Новостями", "новост", False, True),
        ("یہ کتاب ہے", "کتاب", True, True),
        ("کتابیں", "کتاب", False, True),
        ("كِتابٌ", "كِتاب", False, True),
        ("यह किताब है", "किताब", True, True),
        ("किताबें", "किताब", False, True),
        ("किताब", "कि", False, True),
        ("黒猫が好き", "猫", True, True),
        ("แมวดำ", "แมว", True, True),
        ("ネコ", "ネ", True, True),
        ("two words here", "two  words", False, False),
        ("two words here", "two words", True, True),
        ("", "x", False, False),
    ],
)
def test_a_word_is_found_in_every_script(text: str, keyword: str, whole: bool, part: bool) -> None:
    """Whatever its case, and as a word only where the script has ends of words."""
    assert bool(meets(text, keyword)) is whole
    assert bool(meets(text, keyword, whole_word=False)) is part


def test_all_keywords_that_are_there_are_told() -> None:
    """As they were written."""
    assert meets("plum cake with pears", "Cake", "pear", "PLUM") == ["Cake", "PLUM"]


def test_an_expired_filter_meets_nothing() -> None:
    """From the millisecond on that it names."""
    filter_ = Filter(FilterId(1), "", (Context.HOME,), Action.WARN, 1_000)
    matcher = Matcher([FilterGroup(filter_, [Keyword(KeywordId(1), "a", False)], [])])
    assert matcher.matches("a", PostId(1), 999)
    assert not matcher.matches("a", PostId(1), 1_000)


@given(st.text(), st.text(min_size=1))
def test_a_text_contains_what_is_in_it(text: str, keyword: str) -> None:
    """Looking for parts finds what stands between spaces, and nothing crashes."""
    assert meets(f"{text} {keyword} {text}", keyword, whole_word=False) == [keyword]
    meets(text, keyword)


_LETTERS = st.text("ab_1é猫 #-", max_size=12)


@given(_LETTERS, _LETTERS.filter(bool))
def test_a_word_stands_alone_where_no_letter_is_beside_it(text: str, keyword: str) -> None:
    """Unless the keyword itself begins or ends with what is no letter, or with one of a script without spaces."""
    letter, unspaced = r"[\p{L}\p{M}\p{Nd}\p{Pc}]", "猫"
    begins = f"(?<!{letter})" if regex.match(letter, keyword) and keyword[0] != unspaced else ""
    ends = f"(?!{letter})" if regex.match(letter, keyword[-1]) and keyword[-1] != unspaced else ""
    stands_alone = regex.search(begins + regex.escape(keyword) + ends, text) is not None
    assert bool(meets(text, keyword)) is stands_alone


def test_words_that_never_stand_alone_take_no_longer() -> None:
    """Else one reader could keep a processor busy for a minute with each post, by filters that nearly meet it everywhere."""
    text, keywords = "a" * limits.POST_TEXT_BYTES, ["a"] * limits.FILTER_KEYWORDS
    began = time.process_time()
    assert not meets(text, *keywords)
    assert time.process_time() - began < 10
