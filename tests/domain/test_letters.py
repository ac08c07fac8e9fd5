"""Letters speak the language of whoever gets them."""

import pytest

from bema.domain import letters
from bema.domain.letters import To
from bema.model.decisions import Act
from bema.model.site import Site
from bema.store import letters as stored
from bema.store.tx import WriteTx
from tests.conftest import Write

SITE = Site("example.org", "https", "The 100% Square")


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("en", "Confirm your address for The 100% Square"),
        ("ur", "The 100% Square کے لیے اپنے پتے کی تصدیق کریں"),
        ("ar-EG", "أكّد عنوانك على The 100% Square"),
        ("xx", "Confirm your address for The 100% Square"),
    ],
)
def test_a_letter_is_in_the_language_of_the_login(write: Write, locale: str, subject: str) -> None:
    """What there are no words in falls back to the first language; links are the same in all."""

    def send(tx: WriteTx) -> tuple[str, str]:
        letters.confirm_address(tx, SITE, to=To("ann@example.org", locale), secret="secret")
        letter = stored.by_id(tx, stored.all_ids(tx)[-1])
        assert letter is not None
        return letter.subject, letter.text

    said, text = write(send)
    assert said == subject
    assert "\n\nhttps://example.org/auth/confirm?token=secret\n\n" in text
    assert "%(" not in text


def test_reasons_stand_in_a_decision_as_they_were_given(write: Write) -> None:
    """They are the moderators' words, and nothing in them is taken for a place to put something in."""

    def send(tx: WriteTx) -> str:
        letters.decided(tx, SITE, to=To("ann@example.org", "ur"), act=Act.WARN, reasons="Not %(site)s, <b>but</b> 5%")
        letter = stored.by_id(tx, stored.all_ids(tx)[-1])
        assert letter is not None
        return letter.text

    assert "\n\nNot %(site)s, <b>but</b> 5%\n\n" in write(send)
