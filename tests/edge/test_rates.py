"""Who is counted as one, however many addresses they have; and that all processes count together."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bema.edge.rates import RATES, Rates, network_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_network_is_one_place(one: str, other: str, same: bool) -> None:
    """CVE-2024-34535: whoever has one address of IPv6 has 2^64 of them."""
    assert (network_of(one) == network_of(other)) is same


def test_a_limit_is_kept_and_says_how_many_are_left(tmp_path: Path) -> None:
    """Of one kind, for one person; neither another person nor another kind is counted with it."""
    counting = Rates(1, tmp_path)
    most = RATES["sign_in"].requests
    left = [counting.take("sign_in", "192.0.2.1") for _ in range(most + 2)]
    assert [each.remaining for each in left] == list(range(most - 1, -3, -1))
    assert [each.allowed for each in left] == [True] * most + [False] * 2
    assert left[0].resets_at % RATES["sign_in"].seconds == 0
    assert counting.take("sign_in", "192.0.2.2").remaining == most - 1
    assert counting.take("sign_up", "192.0.2.1").remaining == RATES["sign_up"].requests - 1
    assert counting.take("sign_up", 1).remaining == RATES["sign_up"].requests - 1


_COUNTING = """
import sys
from pathlib import Path
from bema.edge.rates import Rates
counting = Rates(1_000, Path(sys.argv[1]))
input()
for _ in range(2_000):
    counting.take("account", 7)
"""


def test_processes_count_together(tmp_path: Path) -> None:
    """Three at once, 2,000 each: none is lost, and a new process goes on from there."""
    command = [sys.executable, "-c", _COUNTING, str(tmp_path)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, text=True) for _ in range(3)]
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    for each in processes:
        each.communicate(timeout=60)
        assert each.returncode == 0
    last = Rates(1_000, tmp_path).take("account", 7)
    assert last.limit - last.remaining == 6_001


def test_a_crowd_makes_nobody_start_anew_who_asked_often(tmp_path: Path) -> None:
    """Twice as many addresses as there is room for ask once each: who asked a hundred times is still known."""
    counting = Rates(1, tmp_path, counters=1_024)
    for _ in range(100):
        counting.take("account", 7)
    for number in range(2_048):
        counting.take("address", number)
    assert counting.take("account", 7).remaining == RATES["account"].requests - 101


def test_what_stands_in_the_file_is_nobodys_business_and_may_be_anything(tmp_path: Path) -> None:
    """It is for its owner alone; garbage in it, or another size, does no harm."""
    (tmp_path / "rates").write_bytes(os.urandom(100_000))
    assert Rates(1, tmp_path).take("account", 7).limit == RATES["account"].requests
    (tmp_path / "rates").unlink()
    Rates(1, tmp_path)
    assert (tmp_path / "rates").stat().st_mode & 0o077 == 0
