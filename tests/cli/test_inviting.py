"""Answering and inviting from the command line, also while the server runs."""

from pathlib import Path

import pytest

from bema.cli import administering, inviting
from bema.cli.home import opened
from bema.domain import joining
from bema.domain.joining import Applicant, Door
from bema.model.errors import NotFound
from bema.model.ids import LoginId
from bema.model.site import Site
from bema.store import logins
from bema.store.tx import WriteTx

SITE = Site("square.example")


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A server with one member, and one who asks to join."""
    folder = tmp_path / "square"
    administering.init(home=folder, domain="square.example")
    administering.create_account("ann", home=folder, email="ann@example.org", password="a long password")
    with opened(folder) as (_, database):
        applicant = Applicant(
            username="bea", email="bea@example.org", password_hash="hash", locale="en", reason="To talk"
        )
        database.write_now(joining.sign_up, SITE, Door(registration="approval", email_confirmation=False), applicant)
    capsys.readouterr()
    return folder


def waiting(home: Path) -> list[LoginId]:
    """Return who waits for approval."""
    with opened(home) as (_, database):
        return [row.id for row in database.read_now(logins.waiting)]


def test_who_asked_is_let_in_or_sent_away(home: Path) -> None:
    """Once; a name that nobody has is said to be unknown."""
    assert len(waiting(home)) == 1
    inviting.approve("bea", home=home)
    assert waiting(home) == []
    for name in ("bea", "nobody"):
        with pytest.raises(NotFound):
            inviting.reject(name, home=home)


def test_who_is_sent_away_leaves_the_name_free(home: Path) -> None:
    """Nothing that they entered stays."""
    inviting.reject("bea", home=home)
    assert waiting(home) == []
    administering.create_account("bea", home=home, email="bea@example.org", password="a long password")


def test_an_invitation_is_an_address_to_pass_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It lets in as many as it says."""
    inviting.create_invite("ann", home=home, uses=1, days=7)
    address, _, code = capsys.readouterr().out.strip().partition("?invite=")
    assert address == "https://square.example/auth/sign_up"

    def join(tx: WriteTx) -> bool:
        applicant = Applicant(username="cleo", email="cleo@example.org", password_hash="hash", locale="en")
        door = Door(registration="invite", email_confirmation=False)
        return joining.sign_up(tx, SITE, door, applicant, invitation=code).approved

    with opened(home) as (_, database):
        assert database.write_now(join)
