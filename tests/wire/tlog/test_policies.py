"""Policies: files of the specification's form are read, others refused; a quorum is met by whom it names."""

import pytest

from bema.wire.tlog.checkpoints import Checkpoint
from bema.wire.tlog.notes import Note, Signer, parse
from bema.wire.tlog.policies import read_policy
from bema.wire.tlog.tiles import Malformed

LOG = Signer("example.org/log", bytes(32))
WITNESSES = {
    name: Signer(f"{name}.example/witness", bytes([n]) * 32, witness=True)
    for n, name in enumerate(("X1", "X2", "X3", "Y1", "Y2"), 1)
}
LINES = "\n".join(f"witness {name} {signer.verifier}" for name, signer in WITNESSES.items())
# The example of the specification, with spaces and comments as it allows them.
POLICY = f"""
# a comment
\t log  {LOG.verifier}   https://example.org/log
{LINES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
CHECKPOINT = Checkpoint("example.org/log", 3, bytes(32))


def signed(*names: str) -> Note:
    """A checkpoint with signatures of these witnesses."""
    lines = [WITNESSES[name].line(CHECKPOINT.text, time=1) for name in names]
    return parse(f"{CHECKPOINT.text}\n{LOG.line(CHECKPOINT.text)}{''.join(lines)}")


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ((), False),
        (("X1", "X2"), False),
        (("X1", "Y1"), False),
        (("X1", "X1", "Y1"), False),
        (("X1", "X2", "Y1"), True),
        (("X1", "X3", "Y2"), True),
        (("X1", "X2", "X3", "Y1", "Y2"), True),
    ],
)
def test_a_quorum_needs_whom_it_names(names: tuple[str, ...], met: bool) -> None:
    """Two of three and one of two; one who signs twice counts once."""
    policy = read_policy(POLICY)
    assert policy.is_met(signed(*names)) is met
    assert policy.signed(signed(*names)) == set(names)
    assert [(each.verifier, each.url) for each in policy.logs] == [(LOG.verifier, "https://example.org/log")]


def test_without_a_quorum_nobody_needs_to_sign() -> None:
    """`quorum none` is a policy, too; and one witness may be a quorum."""
    assert read_policy("quorum none\n").is_met(signed())
    one = read_policy(f"{LINES}\nquorum X1")
    assert one.is_met(signed("X1"))
    assert not one.is_met(signed("X2"))


def test_a_damaged_line_counts_as_none() -> None:
    """A witness whose signature is wrong has not signed."""
    note = signed("X1", "X2", "Y1")
    lines = [each._replace(value=each.value[:-1] + b"\x00") if "X1" in each.name else each for each in note.signatures]
    assert read_policy(POLICY).signed(note._replace(signatures=lines)) == {"X2", "Y1"}


@pytest.mark.parametrize(
    "line",
    [
        "quorum X1",
        "quorum",
        "something else",
        "log example.org+1+x",
        f"log {WITNESSES['X1'].verifier}",
        f"witness Z {LOG.verifier}",
        f"witness none {Signer('z', bytes([9]) * 32, witness=True).verifier}",
        f"witness X1 {Signer('z', bytes([9]) * 32, witness=True).verifier}",
        f"witness Z {WITNESSES['X1'].verifier}",
        f"log {LOG.verifier}",
        "group G 0 X1",
        "group G 3 X1 X2",
        "group G ٢ X1 X2",
        "group G any",
        "group G any X1 X1",
        "group G any Z",
        "group G any none",
        "group G any Y1\ngroup H any Y1",
    ],
)
def test_what_is_no_policy_is_refused(line: str) -> None:
    """With the number of the line."""
    for name in ("X1", "X2"):
        assert name in WITNESSES
    with pytest.raises(Malformed, match="line "):
        read_policy(f"log {LOG.verifier}\n{LINES}\nquorum none\n{line}\n")


def test_a_policy_names_a_quorum() -> None:
    """Exactly one."""
    with pytest.raises(Malformed, match="quorum"):
        read_policy(LINES)
