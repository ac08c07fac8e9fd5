"""The page about the public log: what it tells people to run is run, and tells a true log from a false one."""

import re
import subprocess
import sys
from pathlib import Path

from tests.wire.tlog.test_checking import LOG, Files, told, written

PAGE = Path(__file__).parents[2] / "docs/log.md"


def run(folder: Path, files: Files) -> str:
    """Run the page's program on a log."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    words = [sys.executable, "-c", program, folder.as_uri(), str(LOG.verifier)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def test_the_program_of_the_page_checks_a_log(tmp_path: Path) -> None:
    """Of 600 entries; with one letter changed it says so, and a wrong signature is none."""
    files = written(told(600))
    assert run(tmp_path / "true", files) == "600 entries: as they were signed\n"
    bundle = files["tile/entries/001"]
    changed = {**files, "tile/entries/001": bundle.replace(b"limit", b"limbo", 1)}
    assert run(tmp_path / "changed", changed) == "600 entries: NOT WHAT WAS SIGNED\n"
    forged = files["checkpoint"].replace(b"\n600\n", b"\n599\n")
    assert "InvalidSignature" in run(tmp_path / "forged", {**files, "checkpoint": forged})
