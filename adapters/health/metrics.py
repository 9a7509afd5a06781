"""Figures in the form that Prometheus reads. Labels are words of our own, and few; nothing names anybody.

The figures of the database are the same from every process over it: take the greatest of them, not their sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.worker.heartbeat import Beat
from bot.worker.status import Count, Metrics

CONTENT_TYPE = CONTENT_TYPE_LATEST
BEGINNING = "deliverable_"
NOT_WELL = re.compile(r"\bnot?\b")


class Living(Protocol):
    """Something that can say how it is."""

    def health(self) -> Mapping[str, str]:
        """What it is called, and in a few words how it is: a "no" or a "not" among them when it is not well."""
        ...


def written(
    metrics: Metrics | None, beats: Mapping[str, Beat], platforms: Iterable[Living], *, draining: bool
) -> bytes:
    """The page of figures; without those of the database while it does not answer."""
    families = [
        *_process(beats, platforms, draining=draining),
        _gauge("database_up", "1 while it answers", metrics is not None),
    ]
    if metrics is not None:
        families += [*_outbox(metrics), *_due(metrics), *(_counted(metrics.counted) if metrics.counted else ())]
    # A registry of its own for each page: nothing is kept between two, or shared within the process.
    registry = CollectorRegistry()
    registry.register(_Ready(families))
    return generate_latest(registry)


class _Ready(Collector):
    """Families that are made already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families

    def describe(self) -> Iterable[Metric]:
        return []


def _process(beats: Mapping[str, Beat], platforms: Iterable[Living], *, draining: bool) -> Iterator[Metric]:
    yield _gauge("draining", "1 while the process ends what is under way and takes nothing more", draining)
    ended = CounterMetricFamily(f"{BEGINNING}rounds", "Rounds that ended in this process", labels=["round"])
    took = GaugeMetricFamily(f"{BEGINNING}round_seconds", "How long the last round took", labels=["round"])
    late = GaugeMetricFamily(f"{BEGINNING}round_late_seconds", "How much too late the last began", labels=["round"])
    for name, beat in beats.items():
        ended.add_metric([name], beat.ended)
        took.add_metric([name], beat.seconds)
        late.add_metric([name], beat.late)
    yield from (ended, took, late)
    healthy = GaugeMetricFamily(f"{BEGINNING}platform_up", "1 while it is well", labels=["platform"])
    for name, word in (item for each in platforms for item in each.health().items()):
        healthy.add_metric([name], float(not NOT_WELL.search(word)))
    yield healthy


def _outbox(metrics: Metrics) -> Iterator[Metric]:
    labels = ["platform", "state"]
    depth = GaugeMetricFamily(f"{BEGINNING}outbox_deliveries", "Messages that are not done", labels=labels)
    oldest = GaugeMetricFamily(f"{BEGINNING}outbox_oldest_seconds", "How long the oldest waits", labels=labels)
    for each in metrics.waiting:
        depth.add_metric([each.platform, each.state], each.deliveries)
        since = each.oldest or metrics.at
        oldest.add_metric([each.platform, each.state], max(0.0, (metrics.at - since).total_seconds()))
    yield from (depth, oldest)


def _due(metrics: Metrics) -> Iterator[Metric]:
    yield _gauge("digests_due", "Digests that are due and not made yet", metrics.digests_due)
    yield _gauge("release_late_seconds", "How late the day's release is", metrics.release_late.total_seconds())


def _counted(counted: Count) -> Iterator[Metric]:
    yield CounterMetricFamily(f"{BEGINNING}digests", "Digests that were ever made", value=counted.digests)
    arrived = counted.digests_sent
    yield CounterMetricFamily(f"{BEGINNING}digests_sent", "Digests that have arrived", value=arrived)
    # No counter: what was given up is sent again when somebody says so.
    meaning = "Messages by how they ended, up to a minute old"
    ended = GaugeMetricFamily(f"{BEGINNING}deliveries_ended", meaning, labels=["platform", "state"])
    for each in counted.ended:
        ended.add_metric([each.platform, each.state], each.deliveries)
    yield ended


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(BEGINNING + name, meaning, value=float(value))
