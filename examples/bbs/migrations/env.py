"""Run the migrations in this folder; Alembic calls this for each command."""

from carboy.db.migrations.actions import run_migrations

# Options of Alembic's `context.configure` may be given here.
run_migrations()
