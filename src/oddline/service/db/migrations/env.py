"""How Alembic reaches the database: on the connection that it is given, in the transaction that is open there."""

from __future__ import annotations

from alembic import context

from oddline.service.db.tables import Base


def run() -> None:
    """Run the migrations."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()


if hasattr(context, "config"):  # Alembic runs this file; whoever merely imports it, changes nothing
    run()
