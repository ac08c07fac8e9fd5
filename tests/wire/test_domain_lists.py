"""Lists of domains: what other servers write is read, and hostile text does no harm."""

from hypothesis import given
from hypothesis import strategies as st

from bema.model.decisions import Severity
from bema.wire import domain_lists
from bema.wire.domain_lists import Entry

_WORDS = "ab ,;\"'#\u0646\u00f1"  # what CSV might stumble over
_entries = st.builds(
    Entry,
    domain=st.sampled_from(["a.example", "b.c.example", "xn--mgba.example"]),
    severity=st.sampled_from(list(Severity)),
    reject_media=st.booleans(),
    reject_reports=st.booleans(),
    public_comment=st.text(_WORDS, max_size=12).map(str.strip),
    obfuscate=st.booleans(),
)


@given(st.lists(_entries, min_size=1, max_size=3))
def test_what_is_written_is_read(entries: list[Entry]) -> None:
    """A list comes back as it was."""
    assert domain_lists.read(domain_lists.written(entries)) == entries


@given(st.text(max_size=300))
def test_any_text_is_read_without_harm(text: str) -> None:
    """Whatever somebody uploads, at worst it names no domain."""
    domain_lists.read(text)


def test_the_forms_that_are_passed_round() -> None:
    """With Mastodon's heading, with that of other tools, and as bare names; an unknown severity does nothing but be noted."""
    heading = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate"
    mastodon = f"{heading}\nbad.example,suspend,TRUE,false,spam,true\n"
    assert domain_lists.read(mastodon) == [
        Entry(domain="bad.example", severity=Severity.SUSPEND, reject_media=True, public_comment="spam", obfuscate=True)
    ]
    assert domain_lists.read("severity,domain\nsilence,loud.example\nodd,odd.example\n") == [
        Entry(domain="loud.example", severity=Severity.LIMIT),
        Entry(domain="odd.example", severity=Severity.NOOP),
    ]
    assert domain_lists.read("\ufeffone.example\n# a remark\n\ntwo.example\n") == [
        Entry(domain="one.example"),
        Entry(domain="two.example"),
    ]
