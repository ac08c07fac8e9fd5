"""Other servers on the page for the staff: what waits, what went wrong, and what can be done about it."""

import asyncio
import re
from pathlib import Path

import pytest
import tomli_w

from bema.cli import peers as commands
from bema.domain import importing_lists, tending
from bema.domain.delivering import Answer
from bema.edge.authentication import SESSION_COOKIE
from bema.model import limits
from bema.model.federating import Lane
from bema.model.ids import LoginId
from bema.model.policy import Role
from bema.settings import Settings
from bema.store import deliveries, list_imports, logins, peers
from bema.store.audiences import Audience
from bema.store.deliveries import Said, Words
from bema.store.list_imports import ListImport
from bema.store.tx import WriteTx
from bema.subscribers.sending import Sender
from tests.client import Client, File, Response
from tests.conftest import Square
from tests.elsewhere import somebody


def signed_in(square: Square, role: Role) -> Client:
    """Return the browser of somebody of the staff, or not."""
    person = square.staff("ann", role)
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(person.login, person.account)
    return client


def csrf(client: Client) -> str:
    """Read what a form of the page has to send along."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/servers").text)
    assert found is not None
    return found[1]


@pytest.fixture
def trouble(square: Square) -> None:
    """A server that is away, and something that waits for it."""
    database = square.app.database
    bob = somebody(database, "bob", "one.example")
    author = square.make.account("author")
    words = Words(body="{}", by=author, lane=Lane.BULK, subject=1)
    database.write_now(deliveries.say, words, Audience(people=[bob]))

    async def send(_inbox: str, _said: Said) -> Answer:
        return Answer(error="connection refused")

    asyncio.run(Sender(database, send, square.app.clock).settle())


def test_only_whoever_minds_federation_sees_it(square: Square) -> None:
    """Moderators and members find nothing there."""
    assert square.stranger.get("/staff/servers").status in (302, 303, 401)
    assert signed_in(square, Role.MODERATOR).get("/staff/servers").status in (403, 404)


@pytest.mark.usefixtures("trouble")
def test_trouble_is_shown_and_tried_again(square: Square) -> None:
    """The page says what went wrong; one button lets it be tried now, the other throws away what waits."""
    client = signed_in(square, Role.ADMIN)
    shown = client.get("/staff/servers?failing=1").text
    assert "one.example" in shown
    assert "connection refused" in shown
    assert "one.example" not in client.get("/staff/servers?q=two").text
    database = square.app.database
    answer = client.post("/staff/servers/retry", form={"csrf": csrf(client), "host": "one.example"})
    assert answer.status == 303
    assert database.read_now(peers.queue) == peers.Queue(waiting=1, given_up=0, failing=0, closed=0, dead=0)
    client.post("/staff/servers/drop", form={"csrf": csrf(client), "host": "one.example"})
    assert database.read_now(peers.queue).waiting == 0
    assert client.post("/staff/servers/drop", form={"host": "one.example"}).status == 403, "no token, no deed"


def test_lists_of_servers_come_and_go(square: Square) -> None:
    """A list is read as decisions of ours; what is kept away further already stays so; our own name is passed over."""
    client = signed_in(square, Role.ADMIN)
    domains = (
        "#domain,#severity\nbad.example,suspend\nloud.example,silence\nsquare.example,suspend\nno domain,suspend\n"
    )
    assert client.post("/staff/servers/kept-away", form={"csrf": csrf(client), "domains": domains}).status == 303
    square.settle()
    again = "bad.example,silence\n"
    client.post("/staff/servers/kept-away", form={"csrf": csrf(client), "domains": f"#domain,#severity\n{again}"})
    square.settle()
    listed = client.get("/staff/servers/kept-away.csv")
    assert listed.headers["content-type"].startswith("text/csv")
    assert listed.text.splitlines()[1:] == [
        "bad.example,suspend,false,false,,false",
        "loud.example,silence,false,false,,false",
    ]


@pytest.mark.usefixtures("trouble")
def test_the_command_line_does_the_same(
    square: Square, settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Also while the server runs."""
    values = {"domain": settings.domain, "database": settings.database, "secret": settings.secret}
    (settings.home / "bema.toml").write_text(tomli_w.dumps(values))
    commands.list_peers(home=settings.home, failing=True)
    assert "one.example" in capsys.readouterr().out
    commands.retry_peer("one.example", home=settings.home)
    commands.drop_peer("ONE.example", home=settings.home)
    assert square.app.database.read_now(peers.queue).waiting == 0
    file = tmp_path / "list.csv"
    file.write_text("bad.example\n")
    commands.import_blocks(file, home=settings.home)
    capsys.readouterr()
    commands.export_blocks(home=settings.home)
    assert "bad.example,suspend" in capsys.readouterr().out


@pytest.mark.usefixtures("trouble")
def test_the_queue_is_measured(square: Square) -> None:
    """An operator's instruments see that deliveries pile up."""
    measured = square.client(address="127.0.0.1").get("/metrics").text
    assert "bema_waiting_deliveries 1.0" in measured
    assert 'bema_peers{state="failing"} 1.0' in measured


# --- Lists are worked off while the staff does other things -----------------------------------------------------------


def bring(client: Client, domains: str) -> Response:
    """Bring a list."""
    return client.post("/staff/servers/kept-away", form={"csrf": csrf(client), "domains": domains})


def _lower(tx: WriteTx, login: LoginId) -> None:
    logins.change(tx, login, role=int(Role.MODERATOR))


def lists(square: Square) -> list[ListImport]:
    """Return what came of the newest lists."""
    return square.app.database.read_now(list_imports.newest, 5)


def test_a_list_answers_at_once_and_is_worked_off_later(square: Square) -> None:
    """The page says how far it has come, what was none, and lets nobody begin with another meanwhile."""
    client = signed_in(square, Role.ADMIN)
    names = [f"{number}.bad.example" for number in range(limits.DOMAIN_LIST_AT_ONCE + 10)]
    assert bring(client, "\n".join([*names, "no domain", "square.example"])).status == 303
    [waiting] = lists(square)
    assert (waiting.done, waiting.total) == (0, len(names) + 2)
    page = client.get("/staff/servers").text
    assert f"0 of {len(names) + 2} done" in page
    assert "<progress" in page
    again = bring(client, "other.example")
    assert again.status == 409
    assert "A list is being worked off" in again.text
    square.settle()
    [done] = lists(square)
    assert (done.done, done.added, done.known, done.refused) == (len(names) + 2, len(names), 0, 2)
    assert done.examples == ["no domain", "square.example"]
    assert done.finished_at is not None
    assert "entries worked off" in client.get("/staff/servers").text
    assert len(client.get("/staff/servers/kept-away.csv").text.splitlines()) == len(names) + 1
    assert bring(client, "other.example").status == 303


def test_a_list_comes_as_a_file_with_its_own_columns(square: Square) -> None:
    """In any order of columns; what it says of each server is kept."""
    client = signed_in(square, Role.ADMIN)
    text = "#public_comment,#domain,#obfuscate,#severity,#reject_media,#reject_reports\n"
    text += '"spam, all day",bad.example,true,silence,TRUE,false\n'
    files = {"file": File("list.csv", text.encode(), "text/csv")}
    answer = client.post("/staff/servers/kept-away", form={"csrf": csrf(client)}, files=files)
    assert answer.status == 303
    square.settle()
    assert client.get("/staff/servers/kept-away.csv").text.splitlines()[1:] == [
        'bad.example,silence,true,false,"spam, all day",true'
    ]


def test_what_is_no_list_is_refused_at_once(square: Square) -> None:
    """Nothing, nothing but headings, bytes that are no text, and what is too long."""
    client = signed_in(square, Role.ADMIN)
    for domains in ("", "#domain,#severity\n", "# only a remark\n"):
        assert bring(client, domains).status == 422
    assert bring(client, "a.b\n" * (limits.DOMAIN_LIST + 1)).status == 422
    files = {"file": File("list.csv", b"a.example\n" * (limits.DOMAIN_LIST_BYTES // 10 + 1), "text/csv")}
    answer = client.post("/staff/servers/kept-away", form={"csrf": csrf(client)}, files=files)
    assert answer.status in (413, 422)
    assert lists(square) == []


def test_a_list_that_is_stopped_goes_no_further(square: Square) -> None:
    """Nor does that of somebody who is of the staff no more; what was decided stays."""
    client = signed_in(square, Role.ADMIN)
    bring(client, "one.example\ntwo.example")
    [waiting] = lists(square)
    path = f"/staff/servers/lists/{waiting.id}/stop"
    assert client.post(path, form={}).status == 403
    assert client.post(path, form={"csrf": csrf(client)}).status == 303
    square.settle()
    [stopped] = lists(square)
    assert (stopped.stopped, stopped.done) == (True, 0)
    bring(client, "one.example\ntwo.example")
    login = lists(square)[0].by.login
    assert login is not None
    square.app.database.write_now(_lower, login)
    square.settle()
    assert [(each.stopped, each.done) for each in lists(square)] == [(True, 0)] * 2


def test_a_list_goes_on_where_it_was(square: Square) -> None:
    """A process that dies loses nothing and does nothing twice: what was done is committed with how far it is."""
    client = signed_in(square, Role.ADMIN)
    bring(client, "one.example\ntwo.example")
    [waiting] = lists(square)
    entries = tending.entries("one.example\ntwo.example")
    write = square.app.database.write_now
    assert write(importing_lists.work_on, square.app.site, waiting.id, entries) is False
    assert write(importing_lists.work_on, square.app.site, waiting.id, entries) is False
    square.settle()
    [done] = lists(square)
    assert (done.done, done.added, done.known) == (2, 2, 0)
