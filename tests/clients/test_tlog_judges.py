"""Programs that we did not write judge trees, a whole log, receipts, and messages between logs and witnesses."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bema.cli import keeping_logs
from bema.cli.administering import init
from bema.cli.home import opened
from bema.domain import deciding, recording
from bema.model.decisions import Act, Grounds, Subject, SubjectKind
from bema.model.permissions import COMMAND_LINE
from bema.outside.log_keeper import keeper_at
from bema.store import public_log
from bema.subscribers.public_log import sign_now
from bema.wire.tlog.checking import CHECKPOINT
from bema.wire.tlog.checkpoints import Proof, Submission, read_submission
from bema.wire.tlog.entries import read_receipt
from bema.wire.tlog.notes import Signer, parse
from bema.wire.tlog.tiles import Malformed, files_of

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
NODE = HERE / "fedify" / "node_modules" / ".bin" / "node"  # newer than Debian's
WITNESS = Signer("there.example/witness", bytes([7]) * 32, witness=True)
TREES = 100  # ten thousand were judged once: see docs/log.md
DECISIONS = 300  # over the end of a tile
FLIPS = 60

pytestmark = pytest.mark.slow  # one start of Python serves all


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the judges say of all that is asked here, and how much that was."""
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    folder = tmp_path_factory.mktemp("judged")
    asked = {"trees": {"seed": seed, "count": TREES}, **_made(folder, random.Random(seed))}
    (folder / "asked.json").write_text(json.dumps(asked))
    words = [NODE, HERE / "tlog" / "judge.mjs", ROOT / "build" / "judges", ROOT / "src", folder / "asked.json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"asked": asked}


def test_random_trees_are_the_same_to_us_and_to_others(verdict: Any) -> None:
    """Roots and proofs are equal hash by hash; what was tampered with is refused by all. Sizes 0 to 5,000."""
    said = verdict["trees"]
    assert said["trees"] == TREES
    assert said["proofs"] > TREES
    assert said["refused"] > 5 * TREES


def test_a_log_with_its_receipts_passes(verdict: Any) -> None:
    """It is signed, cosigned, and every file and entry of it is audited."""
    assert verdict["log"]["audited"] == {"size": DECISIONS + 1, "tiles": 3, "bundles": 2}
    assert verdict["log"]["receipts"] == len(verdict["asked"]["log"]["receipts"]) > 20


def test_no_copy_with_a_flipped_bit_passes(verdict: Any) -> None:
    """One in each file, and more anywhere."""
    assert len(verdict["asked"]["log"]["flips"]) == FLIPS + 6
    assert verdict["log"]["passed"] == []


def test_what_logs_and_witnesses_say_means_the_same_to_others(verdict: Any) -> None:
    """What we ask, what we answer; and what we refuse to read, they refuse, too."""
    assert verdict["messages"] == {"lines": 1, "taken": []}
    for content in verdict["asked"]["messages"]["refused"]:
        with pytest.raises(Malformed):
            parse(read_submission(content.encode()).note)


def _made(folder: Path, chance: random.Random) -> dict[str, Any]:
    """Make a log that is witnessed, and write down all that is to be judged of it."""
    home, copy, about = folder / "home", folder / "copy", Subject(SubjectKind.ACCOUNT, 1)
    init(home=home, domain="square.example")
    submissions: list[dict[str, Any]] = []
    receipts: dict[str, str] = {}
    with opened(home) as (settings, database):
        keeper = keeper_at(settings.home, settings.domain)

        def signed_after(count: int, known: int) -> public_log.Signed:
            for _ in range(count):
                database.write_now(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(reasons="spam"), [])
            sign_now(database, keeper)
            newest = database.read_now(public_log.newest_signed)
            assert newest is not None
            proof = database.read_now(recording.growth, known).proof if known else []
            content = Submission(known, proof, newest.note).write()
            submissions.append({"content": content, "old": known, "proof": [each.hex() for each in proof]})
            return newest

        signed = signed_after(DECISIONS - 1, signed_after(1, 0).size)
        line = WITNESS.line(parse(signed.note).text, time=1_767_225_600)
        database.write_now(public_log.add_signed, signed.size, signed.root, signed.note + line)
        for place in {0, 255, 256, signed.size - 1, *(chance.randrange(signed.size) for _ in range(20))}:
            receipt = database.read_now(recording.receipt, place)
            assert receipt is not None
            receipts[read_receipt(receipt.extra)[0].decode()] = Proof(*receipt).write()
        vkey = str(keeper.verifier)
    keeping_logs.export(home=home, to=copy)
    names = [CHECKPOINT, *(tile.path for tile in files_of(signed.size))]
    files = {name: (copy / name).read_bytes() for name in names}
    flipped = [*names, *chance.choices(names, k=FLIPS)]
    log = {
        "files": {name: content.hex() for name, content in files.items()},
        "vkey": vkey,
        "witness": str(WITNESS.verifier),
        "flips": [(name, chance.randrange(len(files[name])), chance.randrange(8)) for name in flipped],
        "receipts": receipts,
    }
    refused = ["old 5", "old 05\n\nx\n", "old -1\n\nx\n", "old 5\nAAAA\n\nx\n", "old 5\n\n", "new 5\n\nx\n"]
    return {"log": log, "messages": {"submissions": submissions, "answers": [line], "refused": refused}}
