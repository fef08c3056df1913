"""What a kind of job has to tell: what it needs, how its parts weigh, and what becomes of its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from oddline.service.context import Service
from oddline.service.db.tables import Artifact, Job

__all__ = ["Files", "Kind", "Order", "keep"]

Files = dict[str, tuple[str, int]]
"""What a job left: the blob and the size of each file, by name."""


@dataclass
class Order:
    """What a process of its own is to do.

    Parameters
    ----------
    request
        JSON values for the process.
    uploads
        Folders below the working folder, and the uploads that are laid into each; the process is told their names
        under ``request["files"][folder]``, in the same order.
    blobs
        Files below the working folder, and the blobs that they hold.
    """

    request: dict[str, Any]
    uploads: dict[str, list[str]] = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Parameters
    ----------
    subject
        The table of what the job works for, which has a state that follows the job's.
    stages
        The stages in order, and what part of the whole each usually takes.
    order
        Reads what is to be done, in a transaction for reading.
    finish
        Keeps the outcome, in the transaction that ends the job: the same outcome twice changes nothing.
    run
        Instead of a process: work that is done right here.
    kept
        A file that the process may leave for its next attempt, kept even if it fails.
    """

    subject: type[Any] | None
    stages: dict[str, float]
    order: Callable[[Session, Service, Job], Order]
    finish: Callable[[Session, Service, Job, Files, dict[str, Any]], None]
    run: Callable[[Service, Job], dict[str, Any]] | None = None
    kept: str = ""


def keep(db: Session, job: Job, owner_id: str, files: Files) -> None:
    """Refer to files as those of an owner, in place of those that it had."""
    db.execute(delete(Artifact).where(Artifact.owner_id == owner_id))
    for name, (blob, size) in files.items():
        db.add(Artifact(owner_id=owner_id, name=name, workspace_id=job.workspace_id, blob=blob, size=size))
    db.flush()
