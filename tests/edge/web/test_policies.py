"""What the square agreed on, as everybody reads it: documents, versions, changes, the feed, and the same for programs."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bema.domain import legislating, recording
from bema.model.permissions import COMMAND_LINE
from bema.model.policies import RULES, Clause, Text
from bema.outside.clock import ManualClock
from bema.outside.log_keeper import Keeper, keeper_at
from bema.settings import Rule, Settings
from bema.subscribers.public_log import sign_now
from tests.conftest import START, Square

_DAY = 86_400_000
KIND = Clause("", {"en": "Be kind", "ur": "مہربان رہیں"}, {"en": "Even when you are right"})


def text(*clauses: Clause, name: str = RULES) -> Text:
    """Return what a document is to say."""
    title = {"en": "Our rules", "ur": "ہمارے اصول"}
    return Text(document=name, version=0, language="en", title=title, clauses=list(clauses))


@pytest.fixture
def publish(square: Square) -> Callable[..., None]:
    """Publishes a version."""

    def publish_(wanted: Text, since: int | None = None) -> None:
        square.app.database.write_now(legislating.save, COMMAND_LINE, wanted)
        square.app.database.write_now(legislating.publish_draft, COMMAND_LINE, wanted.document, since)

    return publish_


def shown(square: Square, path: str, language: str = "en") -> str:
    """Read a page as a stranger."""
    answer = square.stranger.get(path, headers={"accept-language": language})
    assert answer.status == 200, answer.text
    return answer.text


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_rules_are_read_in_the_readers_language(square: Square, publish: Callable[..., None]) -> None:
    """A translation says which text binds; each clause has an address of its own."""
    assert "Nothing is written down yet" in shown(square, "/trust/policies")
    publish(text(KIND, Clause("", {"en": "No <b>spam</b>"})))
    page = shown(square, "/trust/policies/rules")
    assert 'id="clause-1"' in page
    assert "Be kind" in page
    assert "No &lt;b&gt;spam" in page
    page = shown(square, "/trust/policies/rules", "ur")
    assert "مہربان رہیں" in page
    assert "English" in page
    assert "Be kind" in shown(square, "/trust/policies/rules/1?language=en", "ur")
    assert "ہمارے اصول" in shown(square, "/trust/policies", "ur")
    for path in ("/about", "/", "/auth/sign_up"):
        assert 'id="rule-1" data-number="1"' in shown(square, path), path


def test_versions_stay_and_say_where_they_stand(
    square: Square, publish: Callable[..., None], clock: ManualClock
) -> None:
    """What will hold is told beforehand; what held stays under its address."""
    publish(text(KIND))
    publish(text(Clause("1", {"en": "Be kinder"})), START + 7 * _DAY)
    page = shown(square, "/trust/policies/rules")
    assert "Be kind<" in page
    assert "Another version holds from" in page
    assert "In force from" in shown(square, "/trust/policies/rules/2")
    clock.advance(days=8)
    assert "Be kinder" in shown(square, "/trust/policies/rules")
    assert "This is not what holds today" in shown(square, "/trust/policies/rules/1")
    for path in ("rules/3", "rules/0", "rules/01", "rules/x", "rules/99999999999", "nothing", "rules/1/x"):
        assert square.stranger.get(f"/trust/policies/{path}").status == 404, path


def test_how_many_decide_is_told_also_where_nothing_was_published(square: Square) -> None:
    """The usual holds then, and the page says so."""
    page = shown(square, "/trust/policies/enforcement")
    assert "the usual holds" in page
    assert re.search(r"Removing a post</th><td>2</td>", page)
    assert '"/trust/policies/enforcement"' in shown(square, "/trust/policies")
    assert square.stranger.get("/trust/policies/enforcement/1").status == 404


def test_what_changed_is_marked_word_by_word(square: Square, publish: Callable[..., None]) -> None:
    """Also for who hears the page; retired clauses stand where they stood."""
    publish(text(Clause("", {"en": "Be kind here"}), Clause("", {"en": "No noise"}), Clause("", {"en": "No spam"})))
    publish(text(Clause("1", {"en": "Be kind there"}), Clause("3", {"en": "No spam"})), START + _DAY)
    page = shown(square, "/trust/policies/rules/changes?from=1&to=2")
    assert "Be kind <del>" in page
    assert "[removed: </span>here<" in page
    assert "[added: </span>there<" in page
    assert 'id="clause-2"' in page
    assert 'id="clause-3"' not in page
    assert "1 other part says what it said" in page
    assert shown(square, "/trust/policies/rules/changes").count("Be kind <del>") == 1
    assert "No word was changed" in shown(square, "/trust/policies/rules/changes?from=2&to=2")
    assert square.stranger.get("/trust/policies/rules/changes?from=x").status == 404


def test_changes_can_be_followed_as_a_feed(square: Square, publish: Callable[..., None]) -> None:
    """Each step is an entry, the newest first."""
    publish(text(KIND))
    square.app.database.write_now(legislating.save, COMMAND_LINE, text(Clause("1", {"en": "Be kinder"})))
    square.app.database.write_now(legislating.propose, COMMAND_LINE, RULES, 14)
    feed = shown(square, "/trust/policies.atom")
    assert feed.index("everybody was asked about version 2") < feed.index("version 1 holds from")
    page = shown(square, "/trust/policies")
    assert "You are asked" in page
    assert "/trust/policies/rules/2" in page


# --- The text, and the log --------------------------------------------------------------------------------------------


def test_anybody_can_check_a_text(square: Square, publish: Callable[..., None]) -> None:
    """The bytes under a digest have it; what is only drafted is shown to nobody."""
    publish(text(KIND))
    told = square.stranger.get("/api/trust/v1/policies/rules/versions").json()["versions"][0]
    answer = square.stranger.get(f"/trust/texts/{told['digest']}")
    assert hashlib.sha256(answer.body).hexdigest() == told["digest"]
    assert answer.json()["clauses"][0]["text"]["en"] == "Be kind"
    for digest in ("0" * 64, "x", told["digest"].upper()):
        assert square.stranger.get(f"/trust/texts/{digest}").status == 404


def test_the_log_tells_of_policies(square: Square, settings: Settings, publish: Callable[..., None]) -> None:
    """Entries say which document, which version and when; and the log verifies as before."""
    keeper: Keeper = keeper_at(settings.home, settings.domain)
    square.app.database.write_now(recording.open_log, keeper.origin, str(keeper.create()))
    publish(text(KIND))
    sign_now(square.app.database, keeper)
    assert "Rules: version 1 holds from" in shown(square, "/trust/decisions/1")
    assert "Policies published" in shown(square, "/trust/log")
    assert '"type":"policy.published"' in shown(square, "/trust/decisions/1").replace("&#34;", '"')


# --- For programs -----------------------------------------------------------------------------------------------------


def test_programs_ask_what_held_at_a_moment(square: Square, publish: Callable[..., None], clock: ManualClock) -> None:
    """Each answer says of which moment it is, and how long the signed log was."""
    publish(text(KIND))
    clock.advance(days=2)
    publish(text(Clause("1", {"en": "Be kinder"})))
    ask = square.stranger.get
    now = ask("/api/trust/v1/policies").json()
    assert (now["as_of"], now["tree_size"]) == ("2026-01-03T00:00:00.000Z", 0)
    assert [each["version"]["version"] for each in now["policies"]] == [2]
    then = ask("/api/trust/v1/policies/rules?as_of=2026-01-02").json()["policy"]
    assert (then["version"]["version"], then["clauses"][0]["text"]["en"]) == (1, "Be kind")
    versions = ask("/api/trust/v1/policies/rules/versions").json()["versions"]
    assert [(each["version"], each["state"]) for each in versions] == [(2, "holds"), (1, "held")]
    assert versions[1]["succeeded_at"] == versions[0]["effective_from"] == "2026-01-03T00:00:00.000Z"
    versions = ask("/api/trust/v1/policies/rules/versions?as_of=2026-01-02").json()["versions"]
    assert [(each["version"], each["state"], each["succeeded_at"]) for each in versions] == [(1, "holds", None)]
    assert ask("/api/trust/v1/policies/nothing").status == 404
    for wrong in ("2027-01-01", "yesterday", "0001-01-01"):
        assert ask(f"/api/trust/v1/policies?as_of={wrong}").status == 422


def test_what_stood_in_the_settings_is_taken_over_once(
    settings: Settings, open_square: Callable[..., Square], tmp_path: Path
) -> None:
    """It holds as the first version, and says so; afterwards the settings change nothing."""
    before = msgspec.structs.replace(
        settings, rules=[Rule("Be kind", "Really")], privacy_policy="Little.\n\nNothing else."
    )
    for rules in ([Rule("Be kind", "Really")], [Rule("Be rude")]):
        ruled = open_square(msgspec.structs.replace(before, rules=rules))
        assert "taken over" in shown(ruled, "/trust/policies/rules")
        assert [each["text"] for each in ruled.stranger.get("/api/v1/instance/rules").json()] == ["Be kind"]
    square = open_square(before)
    told = square.stranger.get("/api/v1/instance/privacy_policy").json()
    assert told == {"updated_at": "2026-01-01T00:00:00.000Z", "content": "<p>Little.</p><p>Nothing else.</p>"}
    assert "<p>Little.</p><p>Nothing else.</p>" in shown(square, "/privacy")


def test_clients_get_rules_with_their_translations(square: Square, publish: Callable[..., None]) -> None:
    """Under the ids of the clauses, which stay when others go."""
    publish(text(Clause("", {"en": "No noise"}), KIND))
    publish(text(msgspec.structs.replace(KIND, id="2")), START + 1)
    rule = {
        "id": "2",
        "text": "Be kind",
        "hint": "Even when you are right",
        "translations": {"ur": {"text": "مہربان رہیں", "hint": ""}},
    }
    square.app.clock.advance(seconds=60)  # type: ignore[attr-defined]  # the clock of a test
    assert square.stranger.get("/api/v1/instance/rules").json() == [rule]
    assert square.stranger.get("/api/v2/instance").json()["rules"] == [rule]
