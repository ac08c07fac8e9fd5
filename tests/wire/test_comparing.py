"""Two versions of a text, word by word: nothing is lost, and a change reads as one."""

from hypothesis import given
from hypothesis import strategies as st

from bema.wire.comparing import compare


def written(old: str, new: str) -> str:
    """Write what changed: [-gone-] and [+new+]."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[each.what].format(each.text) for each in compare(old, new))


def test_words_are_compared_in_every_script() -> None:
    """A word is changed as a whole, with its marks; where words are not set apart, a letter is."""
    assert written("Be kind here", "Be kind there") == "Be kind [-here-][+there+]"
    assert written("ایک لفظ", "ایک حرف") == "ایک [-لفظ-][+حرف+]"
    assert written("كَتَبَ هنا", "كُتِبَ هنا") == "[-كَتَبَ-][+كُتِبَ+] هنا"
    assert written("不要骂人", "不要打人") == "不要[-骂-][+打+]人"
    assert written("one two three", "four five three") == "[-one two-][+four five+] three"
    assert written("", "new") == "[+new+]"
    assert written("old", "") == "[-old-]"
    assert written("same", "same") == "same"
    assert compare("", "") == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_is_lost(old: str, new: str) -> None:
    """Without what is new it is the old text, without what is gone the new one."""
    pieces = compare(old, new)
    assert "".join(each.text for each in pieces if each.what != "new") == old
    assert "".join(each.text for each in pieces if each.what != "gone") == new


def test_long_texts_are_compared_by_lines() -> None:
    """The work does not grow with the square of a book."""
    old = "".join(f"line {number} of many\n" for number in range(3_000))
    new = old.replace("line 7 of", "line seven of")
    assert [each.text for each in compare(old, new) if each.what == "new"] == ["line seven of many\n"]
