"""Removes each guard of `tests/guards.toml`, one at a time and in a copy, and demands that one of its tests fails then.

    python tools/remove_guards.py            all of them, one for each core at a time; ends with 1 where no test failed
    python tools/remove_guards.py WORD ...   those whose row, sentence or file has one of these words in it
    python tools/remove_guards.py --page     write docs/federation-security.md anew, and nothing else

A guard that can be removed without anybody noticing is one that somebody will remove. Each is removed in a copy of the tree
as it was at the beginning, which nobody else has at that time: the tree itself, and what else is on the machine, stays as it is.
"""

import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.guards import PAGE, TOP, Guard, guards, page

_FAILED = 1  # pytest's word for: tests ran, and some failed
_SECONDS = 300  # for the tests of one guard
_AT_ONCE = os.cpu_count() or 1


def main(words: list[str]) -> int:
    """Do what the command line says."""
    if words == ["--page"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    wanted = [each for each in guards() if not words or any(word in f"{each[:3]}" for word in words)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as workers:
        copies = _Copies(Path(folder))
        tests = sorted({test for each in wanted for test in each.tests})
        shares = [tests[number::_AT_ONCE] for number in range(_AT_ONCE) if tests[number::_AT_ONCE]]
        unfounded = [each for each in workers.map(copies.try_whole, shares) if each is None or each[0] != 0]
        if unfounded:
            for each in unfounded:
                print("They come to no end" if each is None else each[1][-3_000:])
            print("These tests fail with all guards in place")
            return 1
        held = sum(workers.map(copies.is_noticed, wanted))
    print(f"{held} of {len(wanted)} guards are held by a test; it took {time.monotonic() - began:.0f} s")
    return 0 if held == len(wanted) else 1


class _Copies:
    """Copies of the tree, one for each who works at the same time."""

    def __init__(self, folder: Path) -> None:
        self._free: queue.SimpleQueue[Path] = queue.SimpleQueue()
        whole = _copied(TOP, folder / "0")
        for number in range(1, _AT_ONCE):
            self._free.put(_copied(whole, folder / str(number)))  # the tree itself may change meanwhile
        self._free.put(whole)

    @contextmanager
    def _one(self) -> Iterator[Path]:
        copy = self._free.get()
        try:
            yield copy
        finally:
            self._free.put(copy)

    def try_whole(self, tests: list[str]) -> "tuple[int, str] | None":
        """Run tests with all guards in place."""
        with self._one() as copy:
            return _run(copy, tests, _SECONDS * len(tests))

    def is_noticed(self, guard: Guard) -> bool:
        """Remove a guard, and tell whether a test fails then."""
        with self._one() as copy:
            return _is_noticed(copy, guard)


def _copied(top: Path, folder: Path) -> Path:
    """Copy what the tests need; what is large and only read is linked."""
    unneeded = shutil.ignore_patterns(
        "node_modules", "__pycache__", ".git", ".venv", "var", "build", ".*_cache", ".hypothesis"
    )
    shutil.copytree(top, folder, ignore=unneeded, symlinks=True)
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
    began = time.monotonic()
    ran = _run(copy, guard.tests, _SECONDS, "--once")  # that is enough, nearly always
    if not _failed(ran):
        ran = _run(copy, guard.tests, _SECONDS)
    _write(path, whole)
    word, seconds = "held" if _failed(ran) else "MISSED", time.monotonic() - began
    said = "" if ran is None or _failed(ran) else "\n" + ran[1][-1_500:]
    print(f"{word:7} {guard.row}: {guard.says} ({guard.file}, {seconds:.0f} s){said}", flush=True)
    return _failed(ran)


def _failed(ran: "tuple[int, str] | None") -> bool:
    """Tell whether a test failed, rather than that none could be run; if nothing ended any more, that is noticed, too."""
    return ran is None or (ran[0] == _FAILED and "error during collection" not in ran[1])


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    for stale in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        stale.unlink()  # two changes within a second look like none


def _run(copy: Path, tests: list[str], seconds: float, *options: str) -> "tuple[int, str] | None":
    """Run tests in a copy, on SQLite alone; return how that ended and what was printed, or None: it came to no end."""
    quietly = ("-q", "-x", "--no-header", "--tb=short", "-p", "no:cacheprovider", "-k", "not postgresql")
    place = copy.with_name(f"{copy.name}-files")
    place.mkdir(exist_ok=True)
    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", *quietly, *options, *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src"), "TMPDIR": str(place)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that what the tests started ends with them
    )
    try:
        printed = running.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        return None
    return running.returncode, printed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
