"""Tidiness: what holds for every file of the project, whoever wrote it, and is cheaper to check than to remember."""

import ast
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
LONGEST_FILE = 500  # lines: past this a module no longer fits in the mind
GROWS_BY_NATURE = (  # lists rather than code: nobody has to hold them in the mind at once
    "src/bema/demo/content/",
    "src/bema/store/migrations/",
)

# Written in two halves, so that this file does not break its own rules.
LEFT_FOR_LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
ONE_MACHINE = re.compile(r"(?<![\w.:/])/(?:wo" r"rk|ro" r"ot)/")
PACKAGE_INDEX = re.compile(r"\b(?:pypi|pythonhosted|npmjs)" r"\.(?:org|com)\b")

VAGUE_NAMES = {
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "service",
    "services",
    "util",
    "utils",
}


def tracked(*suffixes: str, under: str = "") -> list[Path]:
    """List the files that are, or are about to be, part of the project."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", under or "."],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = [TOP / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def place(path: Path, line: int | None = None) -> str:
    """Name a file, and a line of it, as an editor opens it."""
    name = path.relative_to(TOP).as_posix()
    return name if line is None else f"{name}:{line}"


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Find the lines that match, in those of the files that are text."""
    found = []
    for path in paths:
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8")
            found += [place(path, n) for n, line in enumerate(text.split("\n"), 1) if pattern.search(line)]
    return found


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments of a module with their lines; text inside strings is none."""
    with tokenize.open(path) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


# ── Code ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_module_says_what_it_is() -> None:
    """A module opens with a sentence; an empty one has nothing to say."""
    silent = []
    for path in tracked(".py"):
        source = path.read_text("utf-8")
        if source.strip() and not (ast.get_docstring(ast.parse(source)) or "").strip():
            silent.append(place(path))
    assert silent == []


def test_every_test_says_what_it_claims() -> None:
    """The name of a test is the claim; its docstring says why it matters."""
    silent = [
        place(path, node.lineno)
        for path in tracked(".py", under="tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_module_has_a_vague_name() -> None:
    """What is found under such a name has no other place in the map, and so nobody finds it."""
    vague = [
        place(path) for path in tracked(".py", ".js") if VAGUE_NAMES & {path.stem, *path.relative_to(TOP).parts[:-1]}
    ]
    assert vague == []


def test_nothing_is_left_for_later() -> None:
    """Open work is an issue, not a remark in the code."""
    assert lines_with(LEFT_FOR_LATER, tracked()) == []


def test_no_file_outgrows_the_mind() -> None:
    """The places where other servers grew monsters began as a file that nobody split."""
    monsters = []
    for path in tracked(".py", ".js", ".css", ".html", under="src"):
        length = len(path.read_text("utf-8").splitlines())
        if length > LONGEST_FILE and not place(path).startswith(GROWS_BY_NATURE):
            monsters.append(f"{place(path)}: {length} lines")
    assert monsters == []


def test_every_exception_to_a_rule_has_its_reason() -> None:
    """`# noqa: CODE - reason` and `# type: ignore[code]  # reason`: who reads it can judge whether it still holds."""
    lint = re.compile(r"# noqa(?!: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*(?: --? |  # )\S)")
    types = re.compile(r"# type: ignore(?!\[[a-z, -]+\]  # \S)")
    bare = [
        place(path, line)
        for path in tracked(".py")
        if re.search("# (noqa|type: ignore)", path.read_text("utf-8"))  # most have none, and reading tokens takes long
        for line, comment in comments(path)
        if lint.search(comment) or types.search(comment)
    ]
    assert bare == []


def test_every_rule_left_out_has_its_reason() -> None:
    """Each line of a list of ignored rules ends in a comment that says why."""
    bare, listing = [], False
    for number, line in enumerate((TOP / "pyproject.toml").read_text("utf-8").splitlines(), 1):
        opens = re.match(r'(?:ignore|"[^"]*\*\*")\s*=\s*\[', line)
        listing = listing or bool(opens)
        names_a_rule = re.search(r'"[A-Z]+[0-9]*"', line)
        if listing and names_a_rule and not re.search(r"\]?,?\s+# \w", line):
            bare.append(f"pyproject.toml:{number}")
        if listing and "]" in line.split("#")[0]:
            listing = False
    assert bare == []


def test_no_test_pretends() -> None:
    """A test that is skipped, or that puts something else in the place of what it tests, proves nothing."""
    pretence = re.compile(
        r"\bmonkey" r"patch\b|\bunittest\.mo" r"ck\b|\bmark\.sk" r"ip|\bpytest\.sk" r"ip\b|\bimportor" r"skip\b"
    )
    assert lines_with(pretence, tracked(".py", under="tests")) == []


def test_imports_go_downward_only() -> None:
    """The contracts in pyproject.toml hold: layers, edges and protocols apart, no circles, SQL in the store."""
    verdict = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=TOP,
        check=False,
        capture_output=True,
        text=True,
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_styles_know_no_left_and_right() -> None:
    """Logical properties mirror the whole interface for Urdu, Arabic and Hebrew without a second style sheet."""
    side = r"(?:left|right|top|bottom)"
    physical = re.compile(
        rf"(?:^|[;{{\s])(?:(?:scroll-)?(?:margin|padding)-{side}|border-(?:{side}\b[\w-]*)|{side})\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    )
    assert lines_with(physical, tracked(".css", under="src/bema/edge/web")) == []


def test_pages_carry_no_script_and_no_style_of_their_own() -> None:
    """The content security policy refuses both; a page that needs one would be broken in every browser."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")|<style\b|\sstyle=|\son[a-z]+=[\"']|javascript:",
        re.IGNORECASE,
    )
    assert lines_with(inline, tracked(".html", ".jinja", ".j2", under="src/bema/edge/web")) == []


# ── Repository ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """A path or an index of one machine breaks the project on every other."""
    assert lines_with(ONE_MACHINE, tracked()) == []
    assert lines_with(PACKAGE_INDEX, tracked()) == []


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Read a requirement file: package to its exact version and the number of its hashes."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n" + (TOP / "requirements" / name).read_text("utf-8"))[1:]
    found = {}
    for entry in entries:
        head = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", entry)
        assert head, f"no exact version: {entry.splitlines()[0]}"
        found[head[1].lower()] = head[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry))
    return found


@pytest.mark.parametrize("name", ["base.txt", "test.txt"])
def test_what_is_installed_is_locked(name: str) -> None:
    """Every package has an exact version and hashes, and the list names no place to get it from."""
    packages = locked(name)
    assert packages
    assert [package for package, (_, hashes) in packages.items() if not hashes] == []
    text = (TOP / "requirements" / name).read_text("utf-8")
    assert re.findall(r"\S*://\S*|^-\S*(?:index|find-links)\S*|\s@\s", text, re.MULTILINE) == []


def test_the_tests_run_what_is_served() -> None:
    """What the server is locked to and what its tests are locked to is the same."""
    assert locked("base.txt").items() <= locked("test.txt").items()


@pytest.mark.parametrize(("wanted", "locks"), [("base.in", "base.txt"), ("test.in", "test.txt")])
def test_the_locks_are_up_to_date(wanted: str, locks: str) -> None:
    """Who adds a package to a list and forgets `make lock` hears of it here."""
    lines = (TOP / "requirements" / wanted).read_text("utf-8").splitlines()
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace(".", "-") for line in lines if re.match(r"\w", line)}
    assert names
    assert names <= locked(locks).keys()


def test_every_verb_has_a_sentence() -> None:
    """`make help` lists what can be typed; a verb without a sentence would be missing there."""
    makefile = (TOP / "Makefile").read_text("utf-8")
    verbs = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
    told = set(re.findall(r"^([a-z-]+):.*## [A-Z].*\.$", makefile, re.MULTILINE))
    promised = {"setup", "demo", "serve", "test", "check", "bench", "migrate", "shell", "docs"}
    assert promised <= verbs == told


def test_the_version_is_told_once() -> None:
    """The package is the one place that knows its version."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" in project["dynamic"]
