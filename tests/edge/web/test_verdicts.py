"""What the public pages say of an entry: who stood behind it, in words that fit together."""

import pytest

from bema.domain.consulting import Told
from bema.edge.web import verdicts
from bema.wire.tlog.entries import About, By, Commitments, DecisionMade, Made
from bema.wire.tongues import tongue

AT, NAME = "2026-11-01T12:00:00.000Z", "0123456789abcdef"
PROMISED = Commitments(*["0" * 64] * 4)


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        (["moderator"], ["Decided by a moderator."]),
        (["moderator", "moderator"], ["Decided by a moderator.", "Approved by another moderator."]),
        (["admin", "moderator"], ["Decided by an administrator.", "Approved by a moderator."]),
        (
            ["moderator", "owner", "owner"],
            [
                "Decided by a moderator.",
                "Approved by an owner of the square.",
                "Approved by another owner of the square.",
            ],
        ),
    ],
)
def test_another_is_said_only_of_a_second_one_of_a_kind(roles: list[str], said: list[str]) -> None:
    """A moderator who approves what an administrator decided is not another moderator."""
    by = [By(role, NAME, "approver" if place else "proposer") for place, role in enumerate(roles)]
    made = Made("suspend", About("account", NAME), by, [], [], None)
    entry = DecisionMade(at=AT, type_seq=0, body=made, commitments=PROMISED)
    assert verdicts.verdict(Told(0, entry), tongue("en")).by == said
