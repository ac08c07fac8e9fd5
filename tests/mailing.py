"""A newsroom: a server whose posts go out by e-mail, and what tests of that have in common."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from bema.domain import profiles
from bema.model import limits
from bema.outside.clock import ManualClock
from tests.conftest import Person, Square

READER = "reader@there.example"


def offer(square: Square, person: Person, *, wanted: bool = True) -> None:
    """Let strangers have somebody's posts by e-mail, or no more."""
    changes = profiles.Changes(email_subscriptions=wanted)
    square.app.database.write_now(profiles.change, square.app.site, person.account, changes)


def ask(
    square: Square, person: Person, address: str = READER, *, language: str = "", network: str = "192.0.2.1"
) -> int:
    """Ask for somebody's posts, and return the status of the answer, which says nothing."""
    path = f"/api/v1/accounts/{person.account}/email_subscriptions"
    asker = square.client(address=network)
    answer = asker.post(path, json={"email": address}, headers={"accept-language": language})
    assert answer.status != 200 or answer.json() == {}
    return answer.status


def sent(square: Square, address: str = READER) -> list[EmailMessage]:
    """Return all letters to an address, the oldest first."""
    square.settle()
    files = sorted((square.app.settings.home / "outbox").glob("*.eml"))
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [letter for letter in letters if str(letter["To"]) == address]


def text_of(letter: EmailMessage) -> str:
    """Return what a letter says."""
    body = letter.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link_in(letter: EmailMessage, path: str) -> str:
    """Return the path and query of a link in a letter."""
    found = re.search(rf"https://square\.example({path}\S+)", text_of(letter))
    assert found, text_of(letter)
    return found[1]


def confirm(square: Square, letter: EmailMessage) -> None:
    """Press the button of the page that a letter leads to."""
    browser = square.client()
    path = link_in(letter, "/subscriptions/confirm")
    csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get(path).text)
    assert csrf
    token = path.partition("token=")[2]
    answer = browser.post("/subscriptions/confirm", form={"csrf": csrf[1], "token": token})
    assert answer.status == 200, answer.text


def subscribe(square: Square, person: Person, address: str = READER, *, language: str = "") -> None:
    """Let an address have somebody's posts."""
    assert ask(square, person, address, language=language) == 200
    confirm(square, sent(square, address)[-1])


def pass_time(square: Square, clock: ManualClock, seconds: int = limits.EMAIL_ISSUE_SECONDS) -> None:
    """Let follow what follows, then let time pass and what falls due be done."""
    square.settle()
    clock.advance(seconds=seconds)
    square.settle()


def posts_sent(square: Square, address: str = READER) -> list[EmailMessage]:
    """Return the letters to an address that hold posts."""
    return [letter for letter in sent(square, address) if "/subscriptions/confirm" not in text_of(letter)]
