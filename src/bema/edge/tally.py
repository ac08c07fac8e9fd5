"""The tally: how many requests this process answered, by route and status, and how long they took; read by /metrics."""

from typing import NamedTuple


class Answered(NamedTuple):
    """Requests of one kind."""

    method: str
    path: str  # as the route is written, `{id}` and all; empty where there is no such route
    status: int


class Tally:
    """Counts requests. Plain numbers in a dict: it is on the way of every request, and costs less than a microsecond."""

    def __init__(self) -> None:
        self.counts: dict[Answered, int] = {}
        self.seconds: dict[Answered, float] = {}

    def add(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one request."""
        answered = Answered(method, path, status)
        self.counts[answered] = self.counts.get(answered, 0) + 1
        self.seconds[answered] = self.seconds.get(answered, 0.0) + seconds
