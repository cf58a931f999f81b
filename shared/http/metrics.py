"""What one service counts, for Prometheus: by route template and status, never by anything about a person."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from shared.http.routes import METHODS

Readings = Callable[[], Mapping[str, float]]


class Meter:
    """The metrics of one service: a registry of its own, because several services may share a process."""

    def __init__(self, service: str):
        self._registry = CollectorRegistry()
        self._service = service
        self._requests = Counter(
            "toldonce_http_requests", "Requests answered", ("service", "method", "route", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "toldonce_http_request_seconds", "Time to answer", ("service", "method", "route"),
            registry=self._registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
        )  # fmt: skip
        self._refusals = Counter(
            "toldonce_refusals", "Commands refused, by rule", ("service", "rule"), registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float, rules: Iterable[str] = ()) -> None:
        """Count one answer. route: the template; rules: the IDs that refused."""
        # A method is the caller's text, and each new label is memory for good.
        known = method if method in METHODS else "OTHER"
        self._requests.labels(self._service, known, route, str(status)).inc()
        self._seconds.labels(self._service, known, route).observe(seconds)
        for rule in rules:
            self._refusals.labels(self._service, rule).inc()

    def watch(self, name: str, help_text: str, label: str, read: Readings) -> None:
        """Show numbers that another part keeps, read anew at each scrape. read: label value -> number."""
        self._registry.register(_Watched(f"toldonce_{name}", help_text, (self._service, label), read))

    def text(self) -> tuple[bytes, str]:
        """The body and content type of `/metrics`."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class _Watched:
    def __init__(self, name: str, help_text: str, of: tuple[str, str], read: Readings):
        self._name, self._help, self._read = name, help_text, read
        self._service, self._label = of

    def describe(self) -> list[GaugeMetricFamily]:
        return [GaugeMetricFamily(self._name, self._help, labels=("service", self._label))]

    def collect(self) -> list[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._help, labels=("service", self._label))
        for value, number in self._read().items():
            family.add_metric((self._service, value), number)
        return [family]
