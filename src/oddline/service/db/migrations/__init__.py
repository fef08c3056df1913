"""One file a change of the tables, numbered, forward only; Alembic runs them."""
