"""What the doctor finds well, and what it does not."""

from pathlib import Path

import msgspec
import pytest
import tomli_w

from bema.cli.doctor import Finding, doctor
from bema.model.events import Event, PostFavourited
from bema.model.ids import AccountId, PostId
from bema.settings import Settings
from bema.store import log, tasks
from bema.store.log import Entry
from tests.conftest import Square
from tests.make import HERE


@pytest.fixture
def home(settings: Settings) -> Path:
    """The home folder of the server under test."""
    values = {"domain": HERE, "scheme": "https", "database": settings.database, "secret": "s" * 43}
    (settings.home / "bema.toml").write_text(tomli_w.dumps(values))
    return settings.home


def examine(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Finding]:
    """Let the doctor look, and return what it says."""
    capsys.readouterr()
    doctor(home=home, json=True)
    return {each.what: each for each in msgspec.json.decode(capsys.readouterr().out, type=list[Finding])}


def test_a_running_server_is_well(square: Square, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The doctor comes while the server runs, and names each reader of the log."""
    square.person("ann")
    square.settle()
    findings = examine(home, capsys)
    assert {each.state for each in findings.values()} <= {"well", "remark"}
    assert {"schema", "database", "reader timelines", "parked facts", "disk", "media"} <= findings.keys()


def test_what_needs_the_operator_is_a_problem(square: Square, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Facts put aside and tasks given up do not go away by themselves: exit code 1, for whatever watches."""
    fact: Entry[Event] = Entry(7, 0, PostFavourited(post=PostId(1), by=AccountId(1)))
    square.app.database.write_now(log.park, "timelines", fact, "it would not go down")
    square.app.database.write_now(tasks.add, "mail", "letter", "1")
    taken = square.app.database.write_now(tasks.take, ["mail"], 1)
    square.app.database.write_now(tasks.failed, taken[0], "no such address", hopeless=True)
    with pytest.raises(SystemExit) as ended:
        doctor(home=home)
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "1 of timelines could not be digested" in " ".join(said.split())
    assert "1 of mail failed for good" in " ".join(said.split())


def test_a_home_without_settings_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said how to make one."""
    with pytest.raises(SystemExit):
        doctor(home=tmp_path / "nowhere")
    assert "bema init" in " ".join(capsys.readouterr().out.split())


def test_an_unreachable_database_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest is examined all the same."""
    values = {"domain": HERE, "database": "postgresql://nobody@127.0.0.1:1/none", "secret": "s" * 43}
    (tmp_path / "bema.toml").write_text(tomli_w.dumps(values))
    with pytest.raises(SystemExit):
        doctor(home=tmp_path, json=True)
    findings = {each.what: each for each in msgspec.json.decode(capsys.readouterr().out, type=list[Finding])}
    assert findings["database"].state == "problem"
    assert findings["disk"].state == "well"
