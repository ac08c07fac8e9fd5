"""What changed in an enforcement policy: how many people decide is told like any word of it."""

from bema.cli.policies import differences
from bema.edge.web.policies import compared
from bema.model.policies import ENFORCEMENT, RULES, Clause, Text
from bema.wire.tongues import tongue

CLAUSES = [Clause("enforcement.1", {"en": "Who decides"})]


def test_who_decides_is_compared_too() -> None:
    """Fewer people, or a longer wait, are not hidden behind clauses that say the same; of other documents, nothing."""
    old = Text(document=ENFORCEMENT, version=1, language="en", title={"en": "Enforcement"}, clauses=CLAUSES)
    new = Text(
        document=ENFORCEMENT,
        version=2,
        language="en",
        title={"en": "Enforcement"},
        clauses=CLAUSES,
        approvals={"suspend": 1, "label": 1},
        answer_days=30,
    )
    found = [each for each in compared(old, new, "en", tongue("en")) if each.kind != "same"]
    told = {each.said: "".join(piece.text for piece in each.pieces) for each in found}
    assert told == {
        "Suspending an account or a server": "21",
        "For how many days a proposal waits for others": "730",
    }
    assert differences(old, new) == ["approvals.suspend: [-2-]{+1+}", "answer_days: [-7-]{+30+}"]
    assert differences(old, old) == []
    rules = Text(document=RULES, version=1, language="en", title={"en": "Rules"}, clauses=[Clause("1", {"en": "Kind"})])
    assert all(each.kind == "same" for each in compared(rules, rules, "en", tongue("en")))
