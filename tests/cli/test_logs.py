"""The public log from the command line: copies, receipts, watching, keys, and what happens when a database goes back."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bema.cli import auditing, checking_logs, keeping_logs
from bema.cli.administering import create_account, init
from bema.cli.backup import backup, restore
from bema.cli.home import opened
from bema.domain import deciding
from bema.model.decisions import Act, Effect, Grounds
from bema.model.permissions import COMMAND_LINE
from bema.outside.log_keeper import keeper_at
from bema.settings import SettingsError
from bema.store import accounts
from bema.store.tx import WriteTx
from bema.subscribers.public_log import sign_now
from bema.wire.tlog.checking import CHECKPOINT
from bema.wire.tlog.notes import Signer, parse


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new server with one account."""
    home = tmp_path / "home"
    init(home=home, domain="square.example")
    create_account("ann", home=home, email="ann@example.org", password="correct horse battery")
    return home


def decide(home: Path, times: int = 1) -> list[int]:
    """Limit Ann, a few times, and sign the log."""

    def limit(tx: WriteTx) -> int:
        ann = accounts.by_handle(tx, "ann", None)
        assert ann is not None
        about = deciding.about(ann.id)
        return deciding.decide(tx, COMMAND_LINE, about, Act.LIMIT, Grounds(reasons="spam"), [(Effect.LIMIT, about)])

    with opened(home) as (settings, database):
        made = [database.write_now(limit) for _ in range(times)]
        sign_now(database, keeper_at(settings.home, settings.domain))
    return made


def vkey(home: Path) -> str:
    """Return the key of the log."""
    return str(keeper_at(home, "square.example").verifier)


def test_a_copy_of_the_log_is_checked_and_the_changed_file_named(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exported twice as it grows; then one byte is changed."""
    copy = tmp_path / "copy"
    decide(home, 3)
    keeping_logs.export(home=home, to=copy)
    decide(home, 300)
    keeping_logs.export(home=home, to=copy)
    capsys.readouterr()
    checking_logs.verify(str(copy), vkey=vkey(home))
    assert capsys.readouterr().out.startswith("square.example/log: 304 entries are as they were signed by ")
    checking_logs.verify(str(copy))
    assert "named by the log itself" in capsys.readouterr().out
    for name in (CHECKPOINT, "tile/entries/000", "tile/0/001.p/48", "tile/1/000.p/1", "tile/entries/000.p/4"):
        content = (copy / name).read_bytes()
        (copy / name).write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
        with pytest.raises(SystemExit) as ended:
            checking_logs.verify(str(copy), vkey=vkey(home))
        assert ended.value.code == 1
        printed = capsys.readouterr().out.splitlines()
        assert [line.partition(": ")[0] for line in printed] == [name]
        (copy / name).write_bytes(content)


def test_a_policy_says_who_must_have_signed(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two witnesses, of whom one signed: enough for one policy, too few for another."""
    copy, policy = tmp_path / "copy", tmp_path / "policy"
    decide(home)
    keeping_logs.export(home=home, to=copy)
    witnesses = {name: Signer(f"{name}.example/w", name.encode() * 8, witness=True) for name in ("here", "away")}
    text = parse((copy / CHECKPOINT).read_bytes()).text
    with (copy / CHECKPOINT).open("a") as note:
        note.write(witnesses["here"].line(text, time=5))
    lines = "".join(f"witness {name} {signer.verifier}\n" for name, signer in witnesses.items())
    policy.write_text(f"{lines}group both all here away\nquorum both\n")
    with pytest.raises(SettingsError, match="Fewer witnesses"):
        checking_logs.verify(str(copy), vkey=vkey(home), policy=policy)
    assert "here has signed\naway has not signed\n" in capsys.readouterr().out
    policy.write_text(f"{lines}group one any here away\nquorum one\n")
    checking_logs.verify(str(copy), vkey=vkey(home), policy=policy)
    assert "as they were signed" in capsys.readouterr().out


def test_a_receipt_is_checked_without_the_server(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Closed, it says nothing private; opened, it proves the reasons; a changed one is refused."""
    made = decide(home)
    closed, open_ = tmp_path / "closed.tlog-proof", tmp_path / "open.tlog-proof"
    keeping_logs.prove(made[0], home=home, to=closed)
    keeping_logs.prove(made[0], home=home, to=open_, opened_=True)
    key = vkey(home)
    capsys.readouterr()
    checking_logs.verify(str(closed), vkey=key)
    assert "spam" not in capsys.readouterr().out
    checking_logs.verify(str(open_), vkey=key)
    assert "reasons: spam" in capsys.readouterr().out
    lines = open_.read_text().splitlines(keepends=True)
    open_.write_text("".join(line.replace("index 1", "index 0") for line in lines))
    with pytest.raises(SettingsError):
        checking_logs.verify(str(open_), vkey=key)
    keeping_logs.forget(made[0], home=home)
    keeping_logs.prove(made[0], home=home, to=open_, opened_=True)
    capsys.readouterr()
    checking_logs.verify(str(open_), vkey=key)
    assert "spam" not in capsys.readouterr().out


def test_who_watches_a_log_notices_another_history(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may grow; when it is another, both signed states are kept to be shown."""
    state, copy = tmp_path / "seen", tmp_path / "copy"
    decide(home, 2)
    before = tmp_path / "before"
    shutil.copytree(home, before)
    keeping_logs.export(home=home, to=copy)
    checking_logs.watch(str(copy), state=state, vkey=vkey(home))
    decide(home, 300)
    keeping_logs.export(home=home, to=copy)
    checking_logs.watch(str(copy), state=state, vkey=vkey(home))
    assert "300 new entries, 303 in all" in capsys.readouterr().out
    decide(before, 310)  # with the same key, from the same past: another history
    other = tmp_path / "other"
    keeping_logs.export(home=before, to=other)
    checking_logs.verify(str(other), vkey=vkey(home))
    remembered = state.read_bytes()
    with pytest.raises(SettingsError, match="contradicts"):
        checking_logs.watch(str(other), state=state, vkey=vkey(home))
    evidence = next(tmp_path.glob("seen.*.evidence")).read_text()
    assert "\n303\n" in evidence
    assert "\n313\n" in evidence
    assert state.read_bytes() == remembered


@pytest.mark.slow
def test_an_older_database_stops_the_server_and_its_entries_can_be_put_back(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Yesterday's database: exit code 3 and what to do; with a copy of the log, the entries are back, and named."""
    decide(home, 2)
    yesterday = tmp_path / "yesterday.db"
    shutil.copy(home / "bema.db", yesterday)
    made = decide(home, 2)
    copy = tmp_path / "copy"
    keeping_logs.export(home=home, to=copy)
    for left in home.glob("bema.db*"):
        left.unlink()
    shutil.copy(yesterday, home / "bema.db")
    words = ["serve", "--home", str(home), "--listen", "127.0.0.1:0"]
    done = subprocess.run(
        [sys.executable, "-m", "bema.cli", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "signed with 5 entries, and the database holds 3" in done.stderr
    assert "bema log readmit" in done.stderr
    keeping_logs.readmit(home=home, source=copy)
    capsys.readouterr()
    keeping_logs.export(home=home, to=copy)
    checking_logs.verify(str(copy), vkey=vkey(home))
    assert "6 entries" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        auditing.audit(home=home)
    printed = capsys.readouterr().out
    assert all(f"entry {place} of the public log" in printed for place in (3, 4))
    assert len(made) == 2
    with pytest.raises(SettingsError, match="none is missing"):
        keeping_logs.readmit(home=home, source=copy)


def test_another_key_is_announced_by_the_log_itself(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who knows the first key can check what is signed by the third."""
    decide(home, 2)
    first = vkey(home)
    for _ in range(2):
        keeping_logs.rotate(home=home)
    assert vkey(home) != first
    keeping_logs.export(home=home, to=tmp_path / "copy")
    capsys.readouterr()
    checking_logs.verify(str(tmp_path / "copy"), vkey=first)
    assert f"signed by {vkey(home)}" in capsys.readouterr().out
    keeping_logs.key(home=home)
    printed = capsys.readouterr().out
    assert vkey(home) in printed
    assert "witness square.example/witness+" in printed


def test_the_audit_says_when_all_is_well(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, and no exit code."""
    decide(home, 2)
    capsys.readouterr()
    auditing.audit(home=home)
    assert capsys.readouterr().out == "Whatever restricts somebody was decided, and stands in the public log.\n"


def test_a_restored_server_goes_on_with_its_log(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup has the keys and what was signed last; they are for their owner alone there, too."""
    decide(home, 2)
    backup(home=home, to=tmp_path / "all.tar")
    restored = tmp_path / "restored"
    restore(home=restored, source=tmp_path / "all.tar")
    decide(restored, 2)
    keeping_logs.export(home=restored, to=tmp_path / "copy")
    capsys.readouterr()
    checking_logs.verify(str(tmp_path / "copy"), vkey=vkey(home))
    assert "5 entries are as they were signed" in capsys.readouterr().out
    assert {file.stat().st_mode & 0o077 for file in (restored / "log").glob("*.key")} == {0}
