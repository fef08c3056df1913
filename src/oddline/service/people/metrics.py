"""What a monitor may know, in the format of Prometheus: every label has few values, chosen by us."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from oddline.service.db.tables import STATES, Job, Upload

__all__ = ["METHODS", "Metrics"]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one process; those of the database are read when they are asked for.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.answered("GET", "/health", 200, 0.01)
    >>> metrics.requests.labels("GET", "/health", "200")._value.get()
    1.0
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "oddline_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "oddline_request_seconds",
            "Seconds until an answer began.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.refused = Counter(
            "oddline_sign_in_failures", "Sign-ins that were refused.", ("why",), registry=self.registry
        )
        self.jobs = Gauge("oddline_jobs", "Jobs by state.", ("state",), registry=self.registry)
        self.uploads = Gauge("oddline_upload_bytes", "Bytes of all uploads that are kept.", registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer; ``route`` is a template such as ``/scans/{scan}``, never what was asked for."""
        method = method if method in METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def text(self, db: Database) -> bytes:
        """Give all figures as text."""
        rows = db.execute(select(Job.state, func.count()).group_by(Job.state)).all()
        found = {row[0]: row[1] for row in rows}
        for state in STATES:
            self.jobs.labels(state).set(found.get(state, 0))
        self.uploads.set(float(db.scalar(select(func.sum(Upload.received))) or 0))
        return generate_latest(self.registry)
