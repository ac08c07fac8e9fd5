"""Metrics for Prometheus: requests of this process, and how the log, its readers and the tasks stand.

They are told to this machine, and to whoever has the token of the settings; for others there is no such page. With
several processes each tells of its own requests, under its process id.
"""

import hmac
import os
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from bema.domain import appealing
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.edge.streaming.hub import Hub
from bema.edge.tally import Tally
from bema.model.errors import NotFound
from bema.store import incoming, operating, peers
from bema.store.tx import Tx

routes = Routes(Surface.PLAIN, cors=False)

_LOOPBACK = frozenset(("127.0.0.1", "::1"))
_FORMAT = b"text/plain; version=0.0.4; charset=utf-8"


@routes.get("/metrics", answer=str, content_type="text/plain")
def metrics(call: Call, tx: Tx) -> Answer:
    """Tell how the server stands, in the text format of Prometheus."""
    if not _may_know(call):
        raise NotFound
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Families(_of_requests(call.parts.tally)))
    registry.register(_Families(_of_standing(operating.standing(tx))))
    registry.register(_Families(_of_deliveries(peers.queue(tx))))
    registry.register(_Families(_of_inbox(incoming.waiting(tx), incoming.given_up(tx))))
    registry.register(_Families(_of_appeals(*appealing.waiting(tx))))
    registry.register(_Families([_gauge("bema_waiting_writes", "Operations that wait for the writer.", call)]))
    registry.register(_Families(_of_streams(call.parts.streams.hub)))
    return Answer(generate_latest(registry), content_type=_FORMAT, headers=((b"cache-control", b"no-store"),))


def _may_know(call: Call) -> bool:
    """Let programs of this machine in, unless they ask for somebody else; and whoever has the token."""
    token = call.parts.settings.metrics_token
    if token and hmac.compare_digest(call.headers.get(b"authorization", b""), b"Bearer " + token.encode()):
        return True
    forwarded = b"x-forwarded-for" in call.headers or b"forwarded" in call.headers
    return call.address in _LOOPBACK and not forwarded


class _Families(Collector):
    """Metrics that were worked out already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _of_requests(tally: Tally) -> Iterator[Metric]:
    process = str(os.getpid())
    family = SummaryMetricFamily(
        "bema_request_seconds", "Answered requests.", labels=["process", "method", "route", "status"]
    )
    for answered, count in tally.counts.items():
        labels = [process, answered.method, answered.path, str(answered.status)]
        family.add_metric(labels, count_value=count, sum_value=tally.seconds[answered])
    yield family


def _of_streams(hub: Hub) -> Iterator[Metric]:
    process = str(os.getpid())
    opened = GaugeMetricFamily("bema_open_streams", "Live streams that are open.", labels=["process"])
    opened.add_metric([process], hub.size)
    closed = CounterMetricFamily("bema_closed_streams", "Live streams that we ended.", labels=["process", "reason"])
    for reason, count in hub.dropped.items():
        closed.add_metric([process, reason], count)
    yield from (opened, closed)


def _of_standing(standing: operating.Standing) -> Iterator[Metric]:
    yield CounterMetricFamily("bema_facts", "Facts in the event log.", value=standing.log_end)
    yield GaugeMetricFamily(
        "bema_unnumbered_facts", "Facts that have no place in the log yet.", value=standing.unnumbered
    )
    yield _by_subscriber("bema_subscriber_lag", "Facts that a subscriber has not read yet.", standing.lags)
    yield _by_subscriber("bema_parked_facts", "Facts that a subscriber could not digest.", standing.parked)
    yield _by_subscriber("bema_waiting_tasks", "Tasks that will be tried.", standing.tasks_waiting)
    yield _by_subscriber("bema_due_tasks", "Tasks whose time has come.", standing.tasks_due)
    yield _by_subscriber("bema_given_up_tasks", "Tasks that failed for good.", standing.tasks_given_up)


def _of_deliveries(queue: peers.Queue) -> Iterator[Metric]:
    yield GaugeMetricFamily("bema_waiting_deliveries", "Things to be told to other servers.", value=queue.waiting)
    yield GaugeMetricFamily("bema_given_up_deliveries", "Deliveries that failed for good.", value=queue.given_up)
    peers_by_state = GaugeMetricFamily("bema_peers", "Other servers that do not take what they get.", labels=["state"])
    for state, count in (("failing", queue.failing), ("left_alone", queue.closed), ("dead", queue.dead)):
        peers_by_state.add_metric([state], count)
    yield peers_by_state


def _of_inbox(waiting: int, given_up: int) -> Iterator[Metric]:
    yield GaugeMetricFamily("bema_waiting_activities", "Things that other servers brought.", value=waiting)
    yield GaugeMetricFamily("bema_given_up_activities", "Those that failed for good.", value=given_up)


def _of_appeals(waiting: int, overdue: int) -> Iterator[Metric]:
    yield GaugeMetricFamily("bema_open_appeals", "Objections to decisions that wait for an answer.", value=waiting)
    yield GaugeMetricFamily("bema_overdue_appeals", "Those that wait longer than promised.", value=overdue)


def _by_subscriber(name: str, sentence: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, sentence, labels=["subscriber"])
    for subscriber, value in values.items():
        family.add_metric([subscriber], value)
    return family


def _gauge(name: str, sentence: str, call: Call) -> Metric:
    return GaugeMetricFamily(name, sentence, value=call.parts.database.waiting_writes)
