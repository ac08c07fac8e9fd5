"""Delivering: what another server's answer means for what it was told, and for the server."""

from bema.domain.delivering import Answer, Fate, fate, is_away

DOWN = Answer(error="connection refused")


def test_what_an_answer_means() -> None:
    """What is wrong with one thing is told apart from what is wrong with a server."""
    assert [fate(each) for each in (Answer(200), Answer(202), Answer(204))] == [Fate.TAKEN] * 3
    assert [fate(each) for each in (Answer(429), Answer(500), Answer(503), Answer(408), DOWN)] == [Fate.LATER] * 5
    assert fate(Answer(error="inner address", lasting=True)) is Fate.REFUSED
    assert not is_away(Answer(404))
    assert is_away(Answer(502))
    assert is_away(DOWN)
