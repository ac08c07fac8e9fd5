"""Removes each guard of `tests/guards.toml`, one at a time and in a copy, and demands that one of its tests fails then.

    python tools/remove_guards.py            all of them (some ten minutes of a core); ends with 1 where no test failed
    python tools/remove_guards.py WORD ...   those whose row, sentence or file has one of these words in it
    python tools/remove_guards.py --page     write docs/federation-security.md anew, and nothing else

A guard that can be removed without anybody noticing is one that somebody will remove.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.guards import PAGE, TOP, Guard, guards, page

_FAILED = 1  # pytest's word for: tests ran, and some failed
_SECONDS = 300  # for the tests of one guard


def main(words: list[str]) -> int:
    """Do what the command line says."""
    if words == ["--page"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    wanted = [each for each in guards() if not words or any(word in f"{each[:3]}" for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(Path(folder))
        unfounded = _run(copy, sorted({test for each in wanted for test in each.tests}))
        if unfounded.returncode != 0:
            print(unfounded.stdout[-3_000:], "\nThese tests fail with all guards in place", sep="")
            return 1
        missed = [each for each in wanted if not _is_noticed(copy, each)]
    print(f"{len(wanted) - len(missed)} of {len(wanted)} guards are held by a test")
    return 1 if missed else 0


def _copied(folder: Path) -> Path:
    """Copy what the tests need; what is large and only read is linked."""
    unneeded = shutil.ignore_patterns("node_modules", "__pycache__", ".git", ".venv", "var", "build")
    shutil.copytree(TOP, folder, ignore=unneeded, dirs_exist_ok=True, symlinks=True)
    for modules in TOP.glob("tests/clients/*/node_modules"):
        (folder / modules.relative_to(TOP)).symlink_to(modules)
    return folder


def _is_noticed(copy: Path, guard: Guard) -> bool:
    """Remove a guard, run its tests until one fails, and put it back."""
    path = copy / guard.path
    whole = path.read_text("utf-8")
    if whole.count(guard.code) != 1:
        print(f"STALE   {guard.row}: {guard.says} ({guard.file})", flush=True)
        return False
    _write(path, whole.replace(guard.code, guard.without))
    try:
        ran = _run(copy, guard.tests)
    except subprocess.TimeoutExpired:
        ran = None  # nothing ended any more: that is noticed, too
    _write(path, whole)
    noticed = ran is None or (ran.returncode == _FAILED and "error during collection" not in ran.stdout)
    print(f"{'held' if noticed else 'MISSED':7} {guard.row}: {guard.says} ({guard.file})", flush=True)
    if not noticed and ran is not None:
        print(ran.stdout[-1_500:])
    return noticed


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    for stale in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        stale.unlink()  # two changes within a second look like none


def _run(copy: Path, tests: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run tests in the copy, on SQLite alone."""
    quietly = ("-q", "-x", "--no-header", "--tb=short", "-p", "no:cacheprovider", "-k", "not postgresql")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *quietly, *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
