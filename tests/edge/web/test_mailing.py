"""Posts by e-mail on pages: offered in the settings, asked for on a profile, confirmed and ended, all without script."""

from collections.abc import Callable

import msgspec
import pytest

from bema.domain import mailing
from bema.model.ids import AccountId
from bema.settings import Settings
from bema.store import accounts
from bema.store.tx import Tx
from tests.conftest import Person, Square
from tests.edge.web.test_finding_people import browser, press
from tests.edge.web.test_pages import csrf
from tests.mailing import READER, confirm, link_in, offer, sent, text_of

FORM = 'action="/@ann/subscribe"'


@pytest.fixture
def newsroom(settings: Settings, open_square: Callable[..., Square]) -> Square:
    """A server whose operators allow posts by e-mail."""
    return open_square(msgspec.structs.replace(settings, email_subscriptions=True))


@pytest.fixture
def ann(newsroom: Square) -> Person:
    """Who writes."""
    return newsroom.person("ann")


def test_one_offers_ones_posts_in_the_settings(newsroom: Square, ann: Person) -> None:
    """And sees how many have them, but not who."""
    client = browser(newsroom, ann)
    assert FORM not in newsroom.stranger.get("/@ann").text
    press(client, "/settings/profile", "/settings/profile", display_name="Ann", kind="person", email_subscriptions="1")
    assert 'name="email_subscriptions" value="1" checked' in client.get("/settings/profile").text
    assert "0 addresses get them at present" in client.get("/settings/profile").text
    assert FORM in newsroom.stranger.get("/@ann").text
    assert FORM not in client.get("/@ann").text, "who is signed in can follow"
    newsroom.stranger.post("/@ann/subscribe", form={"email": READER})
    confirm(newsroom, sent(newsroom)[0])
    page = client.get("/settings/profile").text
    assert "1 address gets them at present" in page
    assert READER not in page
    press(client, "/settings/profile", "/settings/profile", display_name="Ann", kind="person")
    assert FORM not in newsroom.stranger.get("/@ann").text


def test_where_the_operators_do_not_want_it_nobody_sees_of_it(square: Square) -> None:
    """What was chosen before stays chosen."""
    ann = square.person("ann")
    offer(square, ann)
    client = browser(square, ann)
    assert "email_subscriptions" not in client.get("/settings/profile").text
    press(client, "/settings/profile", "/settings/profile", display_name="Ann", kind="person")
    assert FORM not in square.stranger.get("/@ann").text
    assert square.stranger.post("/@ann/subscribe", form={"email": READER}).status == 404
    account = ann.client.get("/api/v1/accounts/verify_credentials").json()
    assert "email_subscriptions" not in account
    assert square.app.database.read_now(_chosen, ann.account)


def _chosen(tx: Tx, account: AccountId) -> bool:
    return accounts.own(tx, account).account.email_subscriptions


def test_asking_on_a_page_tells_nothing(newsroom: Square, ann: Person) -> None:
    """The same page for who is new, was asked, and has the posts; without a cookie, as the page is kept for all."""
    offer(newsroom, ann)
    first = newsroom.stranger.post("/@ann/subscribe", form={"email": READER})
    assert first.status == 200
    assert "Look into your mail" in first.text
    again = newsroom.stranger.post("/@ann/subscribe", form={"email": READER})
    confirm(newsroom, sent(newsroom)[-1])
    at_last = newsroom.stranger.post("/@ann/subscribe", form={"email": READER})
    assert first.body == again.body == at_last.body
    assert len(sent(newsroom)) == 2
    assert "set-cookie" not in newsroom.stranger.get("/@ann").headers


def test_what_is_no_address_is_asked_for_again(newsroom: Square, ann: Person) -> None:
    """With what was typed, and what is wrong with it."""
    offer(newsroom, ann)
    answer = newsroom.stranger.post("/@ann/subscribe", form={"email": "<ann>"}, headers={"accept-language": "ur"})
    assert answer.status == 422
    assert FORM in answer.text
    assert 'value="&lt;ann&gt;"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert sent(newsroom) == []


def test_no_other_site_asks_in_the_name_of_its_readers(newsroom: Square, ann: Person) -> None:
    """Browsers say where a form comes from; and whoever is signed in needs the form's own secret."""
    offer(newsroom, ann)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        assert newsroom.stranger.post("/@ann/subscribe", form={"email": READER}, headers=headers).status == 403
    bob = browser(newsroom, newsroom.person("bob"))
    assert bob.post("/@ann/subscribe", form={"email": READER}).status == 403
    assert sent(newsroom) == []


def test_pages_and_letters_speak_the_language_of_who_asks(newsroom: Square, ann: Person) -> None:
    """From the form to the way out."""
    offer(newsroom, ann)
    urdu = {"accept-language": "ur"}
    assert "اپنی ڈاک دیکھیں" in newsroom.stranger.post("/@ann/subscribe", form={"email": READER}, headers=urdu).text
    (letter,) = sent(newsroom)
    assert letter["Subject"] == "کیا آپ کو \u2068Ann\u2069 کی پوسٹیں چاہییں؟"
    page = newsroom.stranger.get(link_in(letter, "/subscriptions/confirm"), headers=urdu).text
    assert "بس ایک بٹن اور" in page
    assert "Ann" in page
    assert "noindex" in page
    assert "https://square.example/@ann" in text_of(letter)


def test_the_way_out_is_a_page_with_a_button(newsroom: Square, ann: Person) -> None:
    """It can be pressed by who is signed in here, too."""
    offer(newsroom, ann)
    newsroom.stranger.post("/@ann/subscribe", form={"email": READER})
    (letter,) = sent(newsroom)
    confirm(newsroom, letter)
    path = str(letter["List-Unsubscribe"])[1:-1].removeprefix("https://square.example")
    client = browser(newsroom, ann)
    assert "Send me no more" in client.get(path).text
    assert client.post("/unsubscribe", form={"token": path.partition("token=")[2]}).status == 403
    assert newsroom.app.database.read_now(mailing.readers, ann.account) == 1
    form = {"csrf": csrf(client.get(path)), "token": path.partition("token=")[2]}
    assert "It is ended" in client.post("/unsubscribe", form=form).text
    assert newsroom.app.database.read_now(mailing.readers, ann.account) == 0
