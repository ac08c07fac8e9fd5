"""Readers by e-mail, for the staff: seen, taken along, removed and stopped by who may, and nothing of it without a trace."""

import csv
import io
from collections.abc import Callable

import msgspec
import pytest

from bema.model import limits
from bema.model.policy import Role
from bema.settings import Settings
from bema.store import email_subscriptions
from bema.store.tx import WriteTx
from tests.client import Client
from tests.conftest import Person, Square
from tests.edge.web.test_signing import fields_of
from tests.edge.web.test_standing import browser

HERE = "/staff/readers"


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square]) -> Square:
    """A square whose people may let strangers have their posts."""
    return open_square(msgspec.structs.replace(settings, email_subscriptions=True))


def _add(tx: WriteTx, person: Person, address: str, confirmed: bool) -> int:
    id_ = email_subscriptions.add(tx, person.account, address, "en", f"{person.account} {address}")
    assert id_ is not None
    if confirmed:
        email_subscriptions.confirm(tx, id_)
    return id_


def add(square: Square, person: Person, address: str, *, confirmed: bool = True) -> int:
    """Let an address ask for somebody's posts."""
    return square.app.database.write_now(_add, person, address, confirmed)


def signed_in(square: Square, role: Role) -> Client:
    """Return the browser of somebody of the staff."""
    return browser(square, square.staff(role.name.lower(), role))


def post(client: Client, path: str, **form: str) -> int:
    """Press a button."""
    return client.post(path, form={**token(client), **form}).status


def token(client: Client) -> dict[str, str]:
    """Return what every form of one's pages has to send along."""
    return fields_of(client.get("/settings/export"), "/settings/export")


def test_the_staff_sees_who_has_whose_posts_and_ends_it(square: Square) -> None:
    """One address, or all; the others stay, and the author's own page tells how many there are."""
    ann, bob = square.person("ann"), square.person("bob")
    staff = signed_in(square, Role.ADMIN)
    assert "Nobody has asked for posts by e-mail." in staff.get(HERE).text
    first = add(square, ann, "first@mail.example")
    add(square, ann, "second@mail.example")
    add(square, ann, "<b>@mail.example", confirmed=False)
    add(square, bob, "first@mail.example")
    page = staff.get(HERE).text
    assert "2 readers" in page
    assert "1 has not confirmed it" in page
    there = f"{HERE}/{ann.account}"
    shown = staff.get(there).text
    assert "first@mail.example" in shown
    assert "&lt;b&gt;@mail.example" in shown
    assert post(staff, f"{there}/remove", id=str(first)) == 303
    assert post(staff, f"{there}/remove", id=str(first)) == 404, "it is gone"
    assert post(staff, f"{HERE}/{bob.account}/remove", id=str(first)) == 404
    assert "first@mail.example" not in staff.get(there).text
    assert post(staff, f"{there}/remove-all") == 303
    assert "second@mail.example" not in staff.get(there).text
    assert "first@mail.example" in staff.get(f"{HERE}/{bob.account}").text
    audit = staff.get("/staff/audit").text
    assert "removed an e-mail reader of" in audit
    assert "removed all e-mail readers of" in audit


def test_addresses_are_taken_along_as_csv(square: Square) -> None:
    """By a form alone, which leaves a trace; what was not confirmed says so by an empty cell."""
    ann = square.person("ann")
    staff = signed_in(square, Role.ADMIN)
    add(square, ann, "first@mail.example")
    add(square, ann, "second@mail.example", confirmed=False)
    there = f"{HERE}/{ann.account}/export"
    assert staff.get(there).status in (404, 405)
    answer = staff.post(there, form=token(staff))
    assert answer.headers["content-disposition"] == 'attachment; filename="readers-ann.csv"'
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert [(row[0], bool(row[3])) for row in rows[1:]] == [
        ("first@mail.example", True),
        ("second@mail.example", False),
    ]
    assert "took a list of those along who have by e-mail the posts of" in staff.get("/staff/audit").text


def test_letters_of_an_author_are_stopped_and_begin_again(square: Square) -> None:
    """Nobody can ask for them meanwhile; who did stays, and nothing changes when it is asked for twice."""
    ann = square.person("ann")
    staff = signed_in(square, Role.ADMIN)
    there = f"{HERE}/{ann.account}/let"
    for go_out in ("true", "true", "false"):
        assert post(staff, there, go_out=go_out) == 303
        shown = square.stranger.get(f"/api/v1/accounts/{ann.account}").json()["email_subscriptions"]
        assert shown is (go_out == "true")
    assert "No letters go out" in staff.get(f"{HERE}/{ann.account}").text
    assert staff.get("/staff/audit").text.count("let go out by e-mail the posts of") == 1


def test_who_may_not_change_settings_sees_no_address(square: Square) -> None:
    """Moderators, members and strangers; and people of other servers have no readers here."""
    ann = square.person("ann")
    id_ = add(square, ann, "first@mail.example")
    moderator = signed_in(square, Role.MODERATOR)
    for client in (moderator, square.client()):
        for path in (HERE, f"{HERE}/{ann.account}"):
            answer = client.get(path)
            assert answer.status in (303, 403, 404), path
            assert "first@" not in answer.text
    for act in ("remove", "remove-all", "let", "export"):
        form = {**token(moderator), "id": str(id_)}
        assert moderator.post(f"{HERE}/{ann.account}/{act}", form=form).status == 403, act
    far = square.make.account("far", host="elsewhere.example")
    assert signed_in(square, Role.ADMIN).get(f"{HERE}/{far}").status == 404


def test_many_readers_are_shown_in_parts(square: Square) -> None:
    """Page by page, each once."""
    ann = square.person("ann")
    staff = signed_in(square, Role.ADMIN)
    total = limits.EMAIL_READERS_SHOWN + 3
    ids = [add(square, ann, f"r{number:03}@mail.example") for number in range(total)]
    there = f"{HERE}/{ann.account}"
    last = ids[limits.EMAIL_READERS_SHOWN - 1]
    assert f"{there}?after={last}" in staff.get(there).text
    rest = staff.get(f"{there}?after={last}").text
    assert rest.count("@mail.example</bdi>") == 3
    assert f'href="{there}?after=' not in rest
