"""Templates are compiled once, not by every process: what lies beside them is taken if it is of their text, and whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.bccache import Bucket

from bema.edge.web.pages import _beside, _Compiled

PAGES = Environment(autoescape=True)


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[Bucket]:
    """What a template is compiled into, under a name that no other test uses."""
    made = Bucket(PAGES, f"test-{tmp_path.name}-{id(tmp_path)}", "first text")
    _beside(made).parent.mkdir(exist_ok=True)
    yield made
    _beside(made).unlink(missing_ok=True)


def lying_there(bucket: Bucket, checksum: str = "first text") -> Bucket:
    """Look for what lies there, as another process would."""
    found = Bucket(PAGES, bucket.key, checksum)
    _Compiled._codes.pop((bucket.key, checksum), None)
    _Compiled().load_bytecode(found)
    return found


def test_what_was_compiled_is_taken_while_the_text_is_the_same(bucket: Bucket) -> None:
    """Another text is compiled anew."""
    bucket.code = compile("answer = 42", "a template", "exec")
    with _beside(bucket).open("wb") as file:
        bucket.write_bytecode(file)
    assert lying_there(bucket).code == bucket.code
    assert lying_there(bucket, "second text").code is None


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x00" * 10_000])
def test_a_broken_file_is_as_none(bucket: Bucket, content: bytes) -> None:
    """Whatever wrote half of it, or something else."""
    _beside(bucket).write_bytes(content)
    assert lying_there(bucket).code is None


def test_half_a_file_is_as_none(bucket: Bucket) -> None:
    """A disk that was full leaves one."""
    bucket.code = compile("answer = 42", "a template", "exec")
    with _beside(bucket).open("wb") as file:
        bucket.write_bytecode(file)
    whole = _beside(bucket).read_bytes()
    _beside(bucket).write_bytes(whole[:-5])
    assert lying_there(bucket).code is None
