"""Policies from the command line: what is printed can be edited and published, and what cannot be is said in a sentence."""

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from bema.cli import administering, policies
from bema.cli.home import opened
from bema.domain import deciding
from bema.model.decisions import Act, Grounds
from bema.model.errors import Invalid, NotFound
from bema.model.ids import Millis, PostId
from bema.model.permissions import COMMAND_LINE
from bema.model.site import Site
from bema.store import accounts, decisions, public_log
from bema.wire.tlog import entries
from tests.make import HERE, Make

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


@pytest.fixture
def adopted(home: Path) -> Path:
    """A server that took over rules which were in force since May 2019."""
    file = home / "rules.toml"
    file.write_text(FIRST, encoding="utf-8")
    policies.adopt_policy(file, home=home, since=datetime.fromisoformat("2019-05-31"))
    return home


def test_adopted_rules_bind_nobody_before_their_day(adopted: Path) -> None:
    """What is older is judged by law alone; what was written since, also by a clause, long before it stood here."""
    day = 1_559_260_800_000  # 2019-05-31T00:00Z
    with opened(adopted) as (_, database):
        make = Make(database)
        database.write_now(accounts.domain_id, HERE, local=True)
        ann = make.account("ann", at=day - 9)
        old, young = (make.post(ann, at=Millis(day + offset)) for offset in (-1, 0))
        site = Site("square.example")

        def decide(post: PostId, law: str = "") -> int:
            grounds = Grounds(reasons="No", clauses=["1"], posts=[post], law=law)
            return database.write_now(
                deciding.on_posts, site, COMMAND_LINE, ann, Act.REMOVE_POSTS, grounds, by_letter=False
            )

        with pytest.raises(Invalid, match="Clause 1 is younger than what it is applied to"):
            decide(old)
        found = [decide(young), decide(old, law="Penal code 241")]
        made = database.read_now(decisions.by_ids, found)
        assert [made[id_].clauses for id_ in found] == [["1@1"], ["1@1"]]
        published = database.read_now(public_log.last_of_type, "policy.published")
        assert published is not None
        entry = entries.decode(published[1])
        assert isinstance(entry, entries.PolicyPublished)
        assert (entry.body.adopted, entry.body.effective_from) == (True, "2019-05-31T00:00:00.000Z")
        assert entry.at > entry.body.effective_from, "when it was taken over is said beside it"


def test_only_what_stands_nowhere_yet_is_adopted(adopted: Path) -> None:
    """Or an operator could let new rules hold for what was said before; nor from a day to come, or before there were squares."""
    file = adopted / "rules.toml"
    for since in ("2018-01-01", "2019-05-31", "2020-01-01"):
        with pytest.raises(Invalid, match="versions of it already"):
            policies.adopt_policy(file, home=adopted, since=datetime.fromisoformat(since))
    other = adopted / "terms.toml"
    other.write_text(FIRST.replace('"rules"', '"terms"'), encoding="utf-8")
    for since in ("1999-12-31", "0001-01-01", "2999-01-01"):
        with pytest.raises(Invalid, match="is a day that is past"):
            policies.adopt_policy(other, home=adopted, since=datetime.fromisoformat(since))
    policies.publish_policy(str(other), home=adopted, effective=datetime.fromisoformat("2090-01-01"))
    with pytest.raises(Invalid, match="versions of it already"):
        policies.adopt_policy(other, home=adopted, since=datetime.fromisoformat("2019-05-31"))
    with pytest.raises(Invalid, match="a day that is past"):
        policies.publish_policy(str(other), home=adopted, effective=datetime.fromisoformat("2019-05-31"))
