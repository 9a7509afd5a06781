"""Metrics in the format of Prometheus. Labels are a few words of our own; no metric names a person or a place.

What is read from the database is the same in every process over it: aggregate it with `max`, not with `sum`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.interface.ports import Health
from bot.worker.heartbeat import Beat
from bot.worker.status import Count, Metrics, Probes

CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "deliverable_"


def page(
    metrics: Metrics | None,
    probes: Probes,
    beats: Mapping[str, Beat],
    health: Mapping[str, Health],
    refusals: Mapping[str, Mapping[str, int]],
    *,
    draining: bool,
) -> bytes:
    """All metrics: those of the process, of its platforms (`health` by name), and of the database while it answers.

    `refusals` counts refused requests by platform and reason.
    """
    families = [
        *_process(beats, draining=draining),
        _platforms(health),
        _refused(refusals),
        *_database(probes),
    ]
    if metrics is not None:
        families += [*_outbox(metrics), *_due(metrics), *(_counted(metrics.counted) if metrics.counted else ())]
    # A new registry for each page: nothing is kept between two requests, or shared within the process.
    registry = CollectorRegistry()
    registry.register(_Ready(families))
    return generate_latest(registry)


class _Ready(Collector):
    """Collects metrics that are made already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families

    def describe(self) -> Iterable[Metric]:
        return []


def _process(beats: Mapping[str, Beat], *, draining: bool) -> Iterator[Metric]:
    yield _gauge("draining", "1 while the process lets what is under way end, and receives nothing more", draining)
    ended = CounterMetricFamily(
        f"{PREFIX}worker_steps", "Steps of the worker that ended in this process", labels=["step"]
    )
    took = GaugeMetricFamily(f"{PREFIX}worker_step_seconds", "How long the last one took", labels=["step"])
    late = GaugeMetricFamily(f"{PREFIX}worker_step_late_seconds", "How late the last one began", labels=["step"])
    for name, beat in beats.items():
        ended.add_metric([name], beat.ended)
        took.add_metric([name], beat.seconds)
        late.add_metric([name], beat.late)
    yield from (ended, took, late)


def _platforms(health: Mapping[str, Health]) -> Metric:
    up = GaugeMetricFamily(f"{PREFIX}platform_up", "1 while it is well", labels=["platform"])
    for name, each in health.items():
        up.add_metric([name], float(each.ok))
    return up


def _refused(refusals: Mapping[str, Mapping[str, int]]) -> Metric:
    meaning = "Requests that this process refused. Taken ones are not counted"
    refused = CounterMetricFamily(f"{PREFIX}requests_refused", meaning, labels=["platform", "reason"])
    for platform, counts in refusals.items():
        for reason, number in counts.items():
            refused.add_metric([platform, reason], number)
    return refused


def _database(probes: Probes) -> Iterator[Metric]:
    yield _gauge("database_up", "1 while it answers, with tables of this version", not probes.up)
    yield _gauge("database_writable", "1 while it takes a write", not (probes.up or probes.writable))
    yield _gauge("keys_fit", "1 while the master keys open what is stored", not (probes.up or probes.keys))


def _outbox(metrics: Metrics) -> Iterator[Metric]:
    labels = ["platform", "state"]
    depth = GaugeMetricFamily(f"{PREFIX}outbox_deliveries", "Messages that are not done", labels=labels)
    oldest = GaugeMetricFamily(f"{PREFIX}outbox_oldest_seconds", "How long the oldest has waited", labels=labels)
    for each in metrics.waiting:
        depth.add_metric([each.platform, each.state], each.deliveries)
        since = each.oldest or metrics.at
        oldest.add_metric([each.platform, each.state], max(0.0, (metrics.at - since).total_seconds()))
    yield from (depth, oldest)


def _due(metrics: Metrics) -> Iterator[Metric]:
    yield _gauge("held", "1 while an admin must confirm that the database was restored", metrics.held)
    yield _gauge("digests_due", "Digests that are due and not made yet", metrics.digests_due)
    yield _gauge("release_late_seconds", "How late the day's release is", metrics.release_late.total_seconds())


def _counted(counted: Count) -> Iterator[Metric]:
    yield CounterMetricFamily(f"{PREFIX}digests", "Digests that were ever made", value=counted.digests)
    arrived = counted.digests_sent
    yield CounterMetricFamily(f"{PREFIX}digests_sent", "Digests that have arrived", value=arrived)
    # Not a counter: a message that was given up can be sent again, and counts as waiting then.
    meaning = "Messages by how they ended, up to a minute old"
    ended = GaugeMetricFamily(f"{PREFIX}deliveries_ended", meaning, labels=["platform", "state"])
    for each in counted.ended:
        ended.add_metric([each.platform, each.state], each.deliveries)
    yield ended


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, meaning, value=float(value))
