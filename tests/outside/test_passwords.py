"""Passwords are kept safely, checked off the event loop, and shed rather than queued without end."""

import asyncio
import threading
import unicodedata
from collections.abc import AsyncIterator, Iterator

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.model.errors import Invalid, TooMany
from bema.outside.passwords import Passwords, chosen, opaque
from bema.outside.pool import Pool


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """Cheap hashes: the costs of real ones are the subject of one test only."""
    cheap = Passwords(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


async def checked(passwords: Passwords, password: str, attempt: str) -> bool:
    return await passwords.verify(await passwords.hash(password), attempt)


def test_the_right_password_is_accepted_and_a_wrong_one_is_not(passwords: Passwords) -> None:
    """The least one may ask."""
    assert asyncio.run(checked(passwords, "correct horse", "correct horse"))
    assert not asyncio.run(checked(passwords, "correct horse", "Correct horse"))


def test_the_real_costs_are_those_of_owasp() -> None:
    """Cheap hashes of tests must not become the default."""
    real = Passwords()
    stored = real.hash_here("correct horse")
    parameters = extract_parameters(stored)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)
    assert asyncio.run(real.verify(stored, "correct horse"))
    assert not asyncio.run(real.verify(None, "correct horse"))
    assert not real.needs_rehash(stored)
    real.close()


def test_a_hash_of_other_costs_is_to_be_renewed(passwords: Passwords) -> None:
    """Costs rise with the years; who signs in gets today's."""
    dearer = Passwords(memory_kib=128, passes=1)
    old = passwords.hash_here("correct horse")
    assert dearer.needs_rehash(old)
    assert asyncio.run(dearer.verify(old, "correct horse"))
    dearer.close()


def test_nobody_has_any_password(passwords: Passwords) -> None:
    """Checking for an unknown login costs a hash and says no."""
    assert not asyncio.run(passwords.verify(None, "correct horse"))
    assert not asyncio.run(passwords.verify(None, ""))


def test_composed_and_decomposed_writing_are_the_same_password(passwords: Passwords) -> None:
    """A phone and a desktop send the same é, and the same space, as different code points."""
    composed = "caf\u00e9 au\u00a0lait"
    decomposed = unicodedata.normalize("NFD", composed).replace("\u00a0", "\u3000")
    assert composed != decomposed
    assert asyncio.run(checked(passwords, composed, decomposed))


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("short12", "ERR_TOO_SHORT"),
        ("", "ERR_TOO_SHORT"),
        ("x" * (limits.PASSWORD_CHARACTERS_MAX + 1), "ERR_TOO_LONG"),
        ("x" * 10_000_000, "ERR_TOO_LONG"),
        ("null\x00character", "ERR_INVALID"),
        ("line\nbreak12", "ERR_INVALID"),
        ("lone \ud800 surrogate", "ERR_INVALID"),
    ],
)
def test_a_password_that_cannot_be_kept_is_refused_with_the_reason(password: str, error: str) -> None:
    """Sign-up shows the detail beside the field."""
    with pytest.raises(Invalid) as refusal:
        chosen(password)
    assert refusal.value.details is not None
    assert refusal.value.details["password"][0]["error"] == error
    assert password == "" or password not in refusal.value.message


def test_a_password_in_any_script_is_kept() -> None:
    """Length is counted in characters, not bytes."""
    for password in ("صبح کی پہلی کرن", "清晨的第一缕阳光啊", "p" * limits.PASSWORD_CHARACTERS_MAX, "🦉🦉🦉🦉🦉🦉🦉🦉"):
        assert chosen(password) == unicodedata.normalize("NFC", password)


@given(st.text())
def test_preparing_twice_is_preparing_once(password: str) -> None:
    """What was prepared is stable, so that a stored password can be checked for ever; hostile text is only refused."""
    try:
        prepared = opaque(password)
    except Invalid:
        return
    assert opaque(prepared) == prepared


def test_a_full_pool_sheds_and_recovers() -> None:
    """One at work and one waiting: the third is told to come back, and is served when it does."""
    gate = threading.Event()

    async def three() -> None:
        pool = Pool("test", threads=1, waiting=1, refusal="full", retry_after_seconds=7)
        first, second = asyncio.create_task(pool.run(gate.wait)), asyncio.create_task(pool.run(gate.wait))
        await asyncio.sleep(0)
        with pytest.raises(TooMany) as refusal:
            await pool.run(gate.wait)
        assert (refusal.value.message, refusal.value.retry_after_seconds) == ("full", 7)
        gate.set()
        assert [await first, await second] == [True, True]
        assert await pool.run(lambda: "served") == "served"
        pool.close()

    asyncio.run(three())


def test_a_place_is_given_back_when_the_one_who_waits_leaves() -> None:
    """Clients hang up; their places must not be lost, nor be given away while their work still runs."""
    gate, begun = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        gate.wait()

    async def leave() -> None:
        pool = Pool("test", threads=1, waiting=1, refusal="full", retry_after_seconds=1)
        running = asyncio.create_task(pool.run(work))
        await asyncio.to_thread(begun.wait)
        waiting = asyncio.create_task(pool.run(work))
        await asyncio.sleep(0)
        waiting.cancel()
        running.cancel()
        await asyncio.wait([waiting, running])
        again = asyncio.create_task(pool.run(lambda: "served"))
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await pool.run(lambda: "too early")
        gate.set()
        assert await again == "served"
        pool.close()

    asyncio.run(leave())


def test_an_error_of_the_work_rises_and_gives_the_place_back() -> None:
    """A bug in the work must neither hide nor fill the pool."""

    def fail() -> None:
        raise ZeroDivisionError

    async def twice() -> AsyncIterator[None]:
        pool = Pool("test", threads=1, waiting=0, refusal="full", retry_after_seconds=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await pool.run(fail)
            yield
        pool.close()

    async def count() -> int:
        return len([None async for _ in twice()])

    assert asyncio.run(count()) == 3
