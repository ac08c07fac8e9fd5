"""Policies from the command line: what is printed can be edited and published, and what cannot be is said in a sentence."""

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from bema.cli import administering, policies
from bema.model.errors import Invalid, NotFound

FIRST = """document = "rules"
language = "en"

[title]
en = "Rules"

[[clauses]]
text = { en = "Be kind", ur = "مہربان رہیں" }

[[clauses]]
text = { en = "No spam" }
"""


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The folder of a server."""
    administering.init(home=tmp_path / "square", domain="square.example")
    capsys.readouterr()
    return tmp_path / "square"


def test_what_is_printed_can_be_edited_and_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Clauses keep their ids; what changed is told before it is published."""
    file = home / "rules.toml"
    file.write_text(FIRST, encoding="utf-8")
    policies.publish_policy(str(file), home=home)
    assert capsys.readouterr().out == "https://square.example/trust/policies/rules/1\n"
    policies.show_policy("rules", home=home)
    printed = capsys.readouterr().out
    assert 'id = "2"' in printed
    file.write_text(printed.replace("Be kind", "Be kinder"), encoding="utf-8")
    policies.diff_policy("rules", home=home, file=file)
    assert capsys.readouterr().out == "1: Be [-kind-]{+kinder+}\n"
    policies.propose_policy(file, home=home)
    assert capsys.readouterr().out == "https://square.example/trust/policies/rules/2\n"
    with pytest.raises(Invalid, match="still asked"):
        policies.publish_policy("rules", home=home, number=2)
    policies.diff_policy("rules", home=home)
    assert capsys.readouterr().out == "1: Be [-kind-]{+kinder+}\n"
    policies.withdraw_policy("rules", 2, home=home)
    capsys.readouterr()
    policies.publish_policy(str(file), home=home, effective=datetime.fromisoformat("2090-01-01"))
    policies.list_policies(home=home)
    assert capsys.readouterr().out.splitlines()[-1].split("\t")[::3] == ["rules", "Rules"]
    policies.show_policy("rules", home=home, number=3, form="json")
    printed = capsys.readouterr().out
    assert '"id":"1"' in printed
    assert len(hashlib.sha256(printed.encode()).hexdigest()) == 64


@pytest.mark.parametrize(
    "wrong",
    [
        "document = ",
        "document = 1",
        'document = "Rules"\nlanguage = "en"\ntitle = {en = "Rules"}\npreamble = {en = "All"}',
        'document = "rules"\nlanguage = "en"\ntitle = {}\npreamble = {en = "All"}',
        FIRST.replace("[[clauses]]", '[[clauses]]\nid = "7"', 1),
        FIRST.replace("[[clauses]]", '[[clauses]]\nid = "terms.1"', 1),
        FIRST + "\n[approvals]\nsuspend = 1\n",
        FIRST.replace('en = "No spam"', 'ur = "No spam"'),
    ],
)
def test_a_wrong_file_is_refused(home: Path, wrong: str) -> None:
    """Nothing is published by halves."""
    file = home / "rules.toml"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(Invalid):
        policies.publish_policy(str(file), home=home)
    with pytest.raises(NotFound):
        policies.show_policy("rules", home=home)
    with pytest.raises(NotFound):
        policies.publish_policy(str(home / "missing.toml"), home=home)
