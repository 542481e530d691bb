"""Migrations on Alembic: imported by its commands and checks only."""
