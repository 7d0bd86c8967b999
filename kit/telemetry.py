"""Seen from outside: metrics always, traces when an OTLP endpoint is named, log lines as JSON when
asked. No personal data.

A trace follows a list from the door through every service: `emit` keeps the context beside the
event, the relay puts it into the header `traceparent`, and the handler goes on under it.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from fastapi import FastAPI
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import REGISTRY, Gauge, Histogram

GAUGES = {
    name: Gauge(f"backstop_{name}", text, ["service"])
    for name, text in {
        "ready": "1 while the database is there, 0 when it did not answer the last look",
        "unsent": "outbox rows not yet on the broker",
        "oldest_unsent": "age of the oldest of them, seconds",
        "lag": "records announced to this process and not yet handled",
        "dead_letters": "records laid aside",
        "overdue": "deadlines whose moment has passed and that have not fired",
        "failed": "deadlines that failed when they fired",
    }.items()
}
HANDLING = Histogram(
    "backstop_handling_seconds",
    "time to handle one transaction's events",
    ["service"],
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
about: ContextVar[Mapping[str, str] | None] = ContextVar(
    "about", default=None
)  # what a log line is about
# As the conventions for HTTP call it, old and new.
ADDRESSES = frozenset({"http.url", "http.target", "url.full", "url.path", "url.query"})
_carrier = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("backstop")


def start_tracing(service: str) -> bool:
    """Send traces to OTEL_EXPORTER_OTLP_ENDPOINT, if it is set; returns whether it is."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return False
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"backstop-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True


def watch(app: FastAPI) -> None:
    """One span a request, named by its route; the address itself is left out, for what somebody looks
    for stands in it. So it is in the logs: httpx would name each address that it asks.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    FastAPIInstrumentor.instrument_app(
        app,
        excluded_urls="health,metrics,static",
        exclude_spans=["receive", "send"],
        server_request_hook=_without_address,
    )


def _without_address(span: trace.Span, scope: Mapping[str, Any]) -> None:
    """The library puts address and query into the span: the route stands there instead."""
    known: Mapping[str, Any] = getattr(span, "attributes", None) or {}
    for name in ADDRESSES & known.keys():
        span.set_attribute(name, str(known.get("http.route", "")))


def here() -> str | None:
    """The current trace context as Debezium's outbox router expects it (a properties line); None
    outside a trace.
    """
    carrier: dict[str, str] = {}
    _carrier.inject(carrier)
    return f"traceparent={carrier['traceparent']}" if "traceparent" in carrier else None


def traceparent(kept: str) -> bytes:
    return kept.removeprefix("traceparent=").encode()


@contextmanager
def handling(type: str, id: str, trace: bytes | None) -> Iterator[None]:
    """Go on with the trace that an event came with, if any, and let log lines name the event."""
    token = about.set({"event": id, "type": type})
    try:
        if trace is None:
            yield
        else:
            context = _carrier.extract({"traceparent": trace.decode("ascii", "replace")})
            with _tracer.start_as_current_span(type, context, SpanKind.CONSUMER):
                yield
    finally:
        about.reset(token)


@contextmanager
def timed(service: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    HANDLING.labels(service).observe(perf_counter() - begun)


def measured(service: str, state: Mapping[str, float]) -> None:
    for name, value in state.items():
        GAUGES[name].labels(service).set(value)


def broker_middlewares(service: str) -> Sequence[Any]:
    """FastStream's own counters of batches and records received."""
    return [
        KafkaPrometheusMiddleware(registry=REGISTRY, app_name=service, metrics_prefix="backstop")
    ]


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, who says it, what, and which event or account it is
    about.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **(about.get() or {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
