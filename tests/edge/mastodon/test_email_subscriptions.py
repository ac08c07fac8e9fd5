"""Posts by e-mail: who asks, confirms and ends it, what the letters hold, and who is never written to."""

from collections.abc import Callable

import msgspec
import pytest

from bema.domain import deciding, joining, leaving, mailing
from bema.model import limits
from bema.model.decisions import Act, Grounds
from bema.model.ids import AccountId, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Standing
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import accounts, email_subscriptions, letters
from bema.store.tx import Tx, WriteTx
from tests.client import Response
from tests.conftest import Person, Read, Square, Write
from tests.mailing import READER, ask, confirm, link_in, offer, pass_time, posts_sent, sent, subscribe, text_of
from tests.subscribers.test_plans import plan, sequential_scans, walks


@pytest.fixture
def newsroom(settings: Settings, open_square: Callable[..., Square], statements: list[str]) -> Square:
    """A server whose operators allow posts by e-mail."""
    return open_square(msgspec.structs.replace(settings, email_subscriptions=True), observer=statements.append)


@pytest.fixture
def ann(newsroom: Square) -> Person:
    """Who lets everybody have her posts by e-mail."""
    ann = newsroom.person("ann")
    offer(newsroom, ann)
    return ann


def say(person: Person, text: str, **more: object) -> str:
    """Publish something, and return its id."""
    answer = person.client.post("/api/v1/statuses", json={"status": text, **more})
    assert answer.status == 200, answer.text
    return str(answer.json()["id"])


# --- Who offers it ----------------------------------------------------------------------------------------------------


def test_accounts_say_whether_their_posts_can_be_had(newsroom: Square, ann: Person) -> None:
    """Where the operators allow it: true for who wants it, false for all others; and everybody has the permission."""
    bob = newsroom.person("bob")
    post = say(ann, "Good morning")
    assert newsroom.stranger.get(f"/api/v1/accounts/{ann.account}").json()["email_subscriptions"] is True
    assert newsroom.stranger.get(f"/api/v1/accounts/{bob.account}").json()["email_subscriptions"] is False
    assert bob.client.get(f"/api/v1/statuses/{post}").json()["account"]["email_subscriptions"] is True
    own = bob.client.get("/api/v1/accounts/verify_credentials").json()
    assert own["email_subscriptions"] is False
    assert int(own["role"]["permissions"]) & 1 << 22
    offer(newsroom, ann, wanted=False)
    assert newsroom.stranger.get(f"/api/v1/accounts/{ann.account}").json()["email_subscriptions"] is False


def test_without_the_operators_there_is_none_of_it(square: Square, clock: ManualClock) -> None:
    """Accounts do not speak of it, nobody can ask, and nothing is sent, whatever their owners chose."""
    ann = square.person("ann")
    offer(square, ann)
    assert "email_subscriptions" not in square.stranger.get(f"/api/v1/accounts/{ann.account}").json()
    role = ann.client.get("/api/v1/accounts/verify_credentials").json()["role"]
    assert not int(role["permissions"]) & 1 << 22
    assert ask(square, ann) == 404
    say(ann, "Good morning")
    pass_time(square, clock)
    assert sent(square) == []


def test_only_who_offers_posts_can_be_asked_for_them(newsroom: Square, ann: Person, write: Write) -> None:
    """Who does not want it, is elsewhere, was limited or suspended or never was: all look the same."""
    bob, eve, sue = newsroom.person("bob"), newsroom.person("eve"), newsroom.person("sue")
    for each, act in ((eve, Act.LIMIT), (sue, Act.SUSPEND)):
        offer(newsroom, each)
        assert ask(newsroom, each) == 200
        decide(newsroom, each, act)
    far = newsroom.make.account("far", host="there.example")
    write(lambda tx: accounts.change(tx, far, email_subscriptions=True))
    for account in (bob.account, eve.account, sue.account, far, ann.account + 1, "nobody"):
        answer = newsroom.stranger.post(f"/api/v1/accounts/{account}/email_subscriptions", json={"email": READER})
        assert (answer.status, answer.json()) == (404, {"error": "Record not found"}), account


def decide(square: Square, person: Person, act: Act) -> None:
    """Let the staff decide something about an account."""
    site, grounds = square.app.site, Grounds(reasons="For a test")
    square.app.database.write_now(
        deciding.on_account, site, COMMAND_LINE, person.account, act, grounds, by_letter=False
    )


# --- Asking and confirming --------------------------------------------------------------------------------------------


def test_an_address_gets_posts_once_it_is_confirmed(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """A letter asks first, in the language of who asks; the link in it changes nothing until the button is pressed."""
    assert ask(newsroom, ann, " Reader@There.Example ") == 200
    (letter,) = sent(newsroom)
    assert letter["Subject"] == "Do you want the posts of Ann?"
    path = link_in(letter, "/subscriptions/confirm")
    assert newsroom.stranger.get(path).status == 200
    say(ann, "Before")
    pass_time(newsroom, clock)
    assert posts_sent(newsroom) == []
    confirm(newsroom, letter)
    confirm(newsroom, letter)
    say(ann, "After")
    pass_time(newsroom, clock)
    (posts,) = posts_sent(newsroom)
    assert posts["Subject"] == "Ann: After"
    assert text_of(posts).startswith("After\n\nhttps://square.example/@ann/")


def test_asking_again_tells_nothing(newsroom: Square, ann: Person) -> None:
    """The answer is the same for who was asked and for who gets the posts; the newest link is good, the former not."""
    ask(newsroom, ann)
    ask(newsroom, ann, language="ur")
    first, second = sent(newsroom)
    assert newsroom.stranger.get(link_in(first, "/subscriptions/confirm")).status == 404
    confirm(newsroom, second)
    assert ask(newsroom, ann) == 200
    assert len(sent(newsroom)) == 2
    assert newsroom.app.database.read_now(mailing.readers, ann.account) == 1


@pytest.mark.parametrize(
    "address", ["", "ann", "ann@", "two@there.example, more@there.example", "x@there.example\nBcc: y"]
)
def test_what_is_no_address_is_refused(newsroom: Square, ann: Person, address: str) -> None:
    """As Mastodon does: with what is wrong about which field."""
    path = f"/api/v1/accounts/{ann.account}/email_subscriptions"
    answer = newsroom.stranger.post(path, json={"email": address})
    assert answer.status == 422
    assert answer.json()["details"]["email"][0]["error"] == "ERR_INVALID"
    assert sent(newsroom) == []


def test_nobody_can_flood_a_mailbox(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """However many ask, for whosever posts, from wherever: some letters a day to one address, and nothing tells."""
    bob = newsroom.person("bob")
    offer(newsroom, bob)
    for number in range(limits.EMAIL_SUBSCRIPTION_LETTERS * 2):
        assert ask(newsroom, (ann, bob)[number % 2], network=f"192.0.2.{number}") == 200
    assert len(sent(newsroom)) == limits.EMAIL_SUBSCRIPTION_LETTERS
    clock.advance(seconds=limits.EMAIL_SUBSCRIPTION_WINDOW_SECONDS)
    ask(newsroom, bob)
    assert len(sent(newsroom)) == limits.EMAIL_SUBSCRIPTION_LETTERS + 1


def test_nobody_can_make_many_letters_go_out(newsroom: Square, ann: Person) -> None:
    """From one network some a day, to whomever; others can still ask."""
    for number in range(limits.EMAIL_SUBSCRIPTION_LETTERS_FROM_ADDRESS):
        assert ask(newsroom, ann, f"reader{number}@there.example") == 200
    assert ask(newsroom, ann, "more@there.example") == 429
    assert ask(newsroom, ann, "more@there.example", network="2001:db8::1") == 200


def test_addresses_that_nobody_confirms_are_forgotten(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """And their links are good no more."""
    ask(newsroom, ann)
    (letter,) = sent(newsroom)
    clock.advance(seconds=limits.EMAIL_SUBSCRIPTION_SECONDS)
    assert newsroom.stranger.get(link_in(letter, "/subscriptions/confirm")).status == 404
    ask(newsroom, ann, "other@there.example")
    held = newsroom.app.database.write_now(email_subscriptions.held, ann.account, READER)
    assert held is None


def test_an_account_has_room_for_so_many(newsroom: Square, ann: Person, read: Read) -> None:
    """Whoever makes up addresses fills no database."""
    ask(newsroom, ann, "one@there.example")
    ask(newsroom, ann, "two@there.example")
    assert read(email_subscriptions.has_room, ann.account, most=3, waiting=3)
    assert not read(email_subscriptions.has_room, ann.account, most=2, waiting=3)
    assert not read(email_subscriptions.has_room, ann.account, most=3, waiting=2)


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_posts_of_some_minutes_come_in_one_letter(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """In their order, each with where it stands; what is published later comes in the next."""
    subscribe(newsroom, ann)
    say(ann, "One")
    newsroom.settle()
    clock.advance(seconds=limits.EMAIL_ISSUE_SECONDS - 1)
    two = say(ann, "Two")
    newsroom.settle()
    assert posts_sent(newsroom) == []
    pass_time(newsroom, clock, 1)
    (letter,) = posts_sent(newsroom)
    assert letter["Subject"] == "New posts of Ann"
    assert text_of(letter).index("One") < text_of(letter).index("Two")
    assert f"https://square.example/@ann/{two}" in text_of(letter)
    say(ann, "Three")
    pass_time(newsroom, clock)
    assert [each["Subject"] for each in posts_sent(newsroom)] == ["New posts of Ann", "Ann: Three"]


def test_nothing_goes_out_that_is_not_public(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """Nor what was deleted, removed or is for others: answers and boosts; but threads of one's own come."""
    bob = newsroom.person("bob")
    theirs = say(bob, "Somebody else's")
    subscribe(newsroom, ann)
    for visibility in ("unlisted", "private", "direct"):
        say(ann, f"{visibility} @bob", visibility=visibility)
    say(ann, "@bob an answer", in_reply_to_id=theirs)
    ann.client.post(f"/api/v1/statuses/{theirs}/reblog")
    gone, taken = say(ann, "deleted"), say(ann, "removed")
    first = say(ann, "The beginning")
    say(ann, "and the end", in_reply_to_id=first)
    newsroom.settle()
    ann.client.delete(f"/api/v1/statuses/{gone}")
    grounds = Grounds(reasons="For a test", posts=[PostId(int(taken))])
    newsroom.app.database.write_now(
        deciding.on_posts, newsroom.app.site, COMMAND_LINE, ann.account, Act.REMOVE_POSTS, grounds, by_letter=False
    )
    ann.client.put(f"/api/v1/statuses/{first}", json={"status": "The start"})
    pass_time(newsroom, clock)
    (letter,) = posts_sent(newsroom)
    said = text_of(letter)
    assert [line for line in said.splitlines() if line and "://" not in line][:3] == [
        "The start",
        "* * *",
        "and the end",
    ]
    assert not any(
        word in said for word in ("unlisted", "private", "direct", "answer", "Somebody", "deleted", "removed")
    )


def test_a_post_that_is_gone_makes_no_letter(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """Where nothing is left to tell, nobody is written to."""
    subscribe(newsroom, ann)
    post = say(ann, "Never mind")
    newsroom.settle()
    ann.client.delete(f"/api/v1/statuses/{post}")
    pass_time(newsroom, clock)
    assert posts_sent(newsroom) == []
    assert newsroom.app.database.read_now(email_subscriptions.issue_ids) == []


@pytest.mark.parametrize("act", [Act.LIMIT, Act.SUSPEND, None])
def test_who_is_stopped_sends_nothing(newsroom: Square, ann: Person, clock: ManualClock, act: Act | None) -> None:
    """By a decision, or by themselves, between publishing and sending."""
    subscribe(newsroom, ann)
    say(ann, "Before")
    newsroom.settle()
    if act is None:
        offer(newsroom, ann, wanted=False)
    else:
        decide(newsroom, ann, act)
    pass_time(newsroom, clock)
    assert posts_sent(newsroom) == []


def test_a_letter_shows_what_a_post_has(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """A warning in the place of what it warns of, the questions of a poll, and what stands in an Urdu reader's language."""
    subscribe(newsroom, ann, language="ur-PK")
    say(ann, "The butler", spoiler_text="How it ends")
    say(ann, "Tea?", poll={"options": ["yes", "of course"], "expires_in": 3_600})
    pass_time(newsroom, clock)
    (letter,) = posts_sent(newsroom)
    said = text_of(letter)
    assert "How it ends" in said
    assert "butler" not in said
    assert "yes · of course" in said
    assert "You get this" not in said
    say(ann, "word " * 90)
    pass_time(newsroom, clock)
    assert posts_sent(newsroom)[-1]["Subject"] == "\u2068Ann\u2069: word word word word word word word word…"


def test_many_posts_become_several_letters(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """Each post comes once."""
    subscribe(newsroom, ann)
    for number in range(limits.EMAIL_ISSUE_POSTS + 1):
        say(ann, f"number {number}.")
    pass_time(newsroom, clock)
    said = [text_of(letter) for letter in posts_sent(newsroom)]
    assert len(said) == 2
    for number in range(limits.EMAIL_ISSUE_POSTS + 1):
        assert sum(each.count(f"number {number}.") for each in said) == 1


@pytest.mark.slow
def test_everybody_is_written_to_once_though_the_work_is_broken_off(
    newsroom: Square, ann: Person, clock: ManualClock
) -> None:
    """To whom a letter was written is noted in the same transaction; whoever goes on goes on with the others."""
    database, site = newsroom.app.database, newsroom.app.site
    addresses = [f"reader{number}@there.example" for number in range(limits.EMAIL_ISSUE_LETTERS + 5)]
    for address in addresses:
        database.write_now(_subscribed, ann.account, address)
    say(ann, "For all of you")
    newsroom.settle()
    (issue,) = database.read_now(email_subscriptions.issue_ids)
    clock.advance(seconds=limits.EMAIL_ISSUE_SECONDS)
    assert database.write_now(mailing.write_some, site, b"test", issue) is True
    newsroom.server.run(newsroom.app.runner.rebuild(mailing.ISSUES))
    newsroom.settle()
    assert database.write_now(mailing.write_some, site, b"test", issue) is False
    files = list((newsroom.app.settings.home / "outbox").iterdir())
    recipients = sorted(str(letter["To"]) for address in addresses for letter in sent(newsroom, address))
    assert recipients == sorted(addresses)
    assert len(files) == len(addresses)


def _subscribed(tx: WriteTx, account: AccountId, address: str) -> None:
    id_ = email_subscriptions.add(tx, account, address, "en", address)
    assert id_ is not None
    email_subscriptions.confirm(tx, id_)


# --- The way out ------------------------------------------------------------------------------------------------------


def test_mail_programs_find_the_way_out(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """In one step, without cookies and from wherever (RFC 8058), as often as they want; then nothing comes any more."""
    subscribe(newsroom, ann)
    say(ann, "One")
    pass_time(newsroom, clock)
    for letter in sent(newsroom):
        assert letter["List-Id"] == "<ann.square.example>"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["List-Unsubscribe"][1:-1] in text_of(letter) or "/subscriptions/confirm" in text_of(letter)
    path = str(sent(newsroom)[-1]["List-Unsubscribe"])[len("<https://square.example") : -1]
    assert newsroom.stranger.get(path).status == 200
    say(ann, "Two")
    newsroom.settle()
    for _ in range(2):
        gone = newsroom.client(address="198.51.100.7").post(path, form={"List-Unsubscribe": "One-Click"})
        assert gone.status == 200
    pass_time(newsroom, clock)
    assert len(posts_sent(newsroom)) == 1
    assert newsroom.app.database.read_now(mailing.readers, ann.account) == 0


def test_a_link_that_was_made_up_ends_nothing(newsroom: Square, ann: Person) -> None:
    """Whoever knows the number of a subscription cannot end it."""
    subscribe(newsroom, ann)
    token = str(sent(newsroom)[-1]["List-Unsubscribe"])[1:-1].partition("token=")[2]
    number = token.partition("-")[0]
    for made_up in (
        "",
        number,
        f"{number}-",
        f"{number}-{'0' * 40}",
        f"{int(number) + 1}{token[len(number) :]}",
        "é-é",
    ):
        for ask_for in (newsroom.stranger.get, newsroom.stranger.post):
            answer: Response = ask_for(f"/unsubscribe?token={made_up}")
            assert answer.status == 404, made_up
    assert newsroom.app.database.read_now(mailing.readers, ann.account) == 1


def test_letters_that_wait_are_not_sent_to_who_left(newsroom: Square, ann: Person) -> None:
    """What was written and not yet handed over goes with the subscription."""
    ask(newsroom, ann)
    database = newsroom.app.database
    (id_,) = database.read_now(letters.all_ids)
    waiting = database.read_now(letters.by_id, id_)
    assert waiting is not None
    assert waiting.subscription is not None
    database.write_now(email_subscriptions.remove, waiting.subscription)
    assert sent(newsroom) == []


def test_who_deletes_their_account_takes_the_addresses_along(newsroom: Square, ann: Person, clock: ManualClock) -> None:
    """Nothing is kept of who read them, and what waits is not sent."""
    subscribe(newsroom, ann)
    say(ann, "Farewell")
    newsroom.settle()
    newsroom.app.database.write_now(leaving.leave, ann.account)
    pass_time(newsroom, clock)
    assert posts_sent(newsroom) == []

    def left(tx: Tx) -> tuple[int, list[int]]:
        return email_subscriptions.count(tx, ann.account), email_subscriptions.issue_ids(tx)

    assert newsroom.app.database.read_now(left) == (0, [])


def test_who_does_not_offer_posts_pays_nothing_for_it(newsroom: Square, ann: Person, statements: list[str]) -> None:
    """Publishing and reading the log ask nothing of subscriptions."""
    bob = newsroom.person("bob")
    newsroom.settle()
    statements.clear()
    say(bob, "Good morning")
    newsroom.settle()
    assert not [each for each in statements if "email_" in each and "account.email_subscriptions" not in each]


# --- Joining ----------------------------------------------------------------------------------------------------------


def test_who_joins_follows_those_whose_letters_they_had(newsroom: Square, ann: Person, write: Write) -> None:
    """Once the address is proven: instead of the letters. What is asked of a locked account waits for its answer."""
    bob, eve = newsroom.person("bob", locked=True), newsroom.person("eve")
    for each in (bob, eve):
        offer(newsroom, each)
    subscribe(newsroom, ann)
    subscribe(newsroom, bob)
    ask(newsroom, eve)
    account = newsroom.make.account("reader", standing=Standing.PENDING)
    login = newsroom.make.login(READER, account, confirmed=False)
    assert newsroom.app.database.read_now(mailing.readers, ann.account) == 1
    write(joining.mark_confirmed, login)
    newsroom.settle()
    client = newsroom.client(newsroom.make.token(login, account))
    followed = client.get(f"/api/v1/accounts/{account}/following").json()
    assert [each["username"] for each in followed] == ["ann"]
    (towards,) = client.get(f"/api/v1/accounts/relationships?id[]={bob.account}").json()
    assert towards["requested"] is True
    assert [newsroom.app.database.read_now(mailing.readers, each.account) for each in (ann, bob, eve)] == [0, 0, 0]


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_no_statement_about_subscriptions_walks_through_a_table(
    newsroom: Square, ann: Person, clock: ManualClock, write: Write, statements: list[str]
) -> None:
    """However many subscriptions there are, an index fits each, on both databases."""
    statements.clear()
    subscribe(newsroom, ann)
    ask(newsroom, ann)
    say(ann, "One")
    say(ann, "Two")
    pass_time(newsroom, clock)
    newsroom.app.database.read_now(mailing.readers, ann.account)
    newsroom.app.database.write_now(mailing.follow_instead, ann.account, READER)
    path = str(sent(newsroom)[-1]["List-Unsubscribe"])[1:-1].removeprefix("https://square.example")
    assert newsroom.stranger.post(path).status == 200
    texts = sorted({each for each in statements if "email_subscription " in each or "email_issue " in each})
    assert len(texts) > 10
    if newsroom.app.database.is_sqlite:
        bad = {sql: found for sql in texts if (found := walks(write(plan, sql)))}
    else:
        bad = sequential_scans(newsroom.app.database, texts)
    assert bad == {}
