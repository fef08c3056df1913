"""Begins to run jobs, and to tell of them."""

from __future__ import annotations

from oddline.service.context import Service

__all__ = ["start"]


def start(service: Service) -> None:
    """Run as many jobs at once as the settings say; none leaves them to ``oddline worker``."""
    if service.settings.workers:
        from oddline.service.jobs.crew import Crew

        crew = Crew(service, service.settings.workers)
        crew.start()
        service.parts["jobs"] = crew
