"""Trending, as numbers: what many different people turned to of late, the later the more (docs/trends.md).

A voice weighs twice as much as one half a day older. Instead of letting the weights of all things shrink as time passes,
those of new voices grow from a fixed beginning: the order is the same, and what nobody touches need not be touched.
Sums become too large for that way of counting, hence their logarithm is kept.
"""

from enum import IntEnum
from math import exp2, log2

from bema.model import limits
from bema.model.ids import Millis

_BEGINNING = 1_767_225_600_000  # 2026-01-01T00:00Z; only differences matter


class Trending(IntEnum):
    """What can trend; the numbers are stored."""

    TAG = 0
    CARD = 1  # a page that posts link to
    POST = 2


def weight(at: Millis) -> float:
    """Return the logarithm of the weight of one voice."""
    return (at - _BEGINNING) / (limits.TREND_HALF_LIFE_SECONDS * 1_000)


def plus(score: float | None, weight: float) -> float:
    """Return the score with a voice more."""
    if score is None:
        return weight
    return max(score, weight) + log2(1 + exp2(-abs(score - weight)))


def minus(score: float, weight: float) -> float:
    """Return the score with a voice less; at the least that of one voice a week older."""
    least = weight - 14
    if score <= weight:
        return least
    return max(least, score + log2(1 - exp2(weight - score)))
