"""Migrations on Alembic; only its commands and checks import it.

The models that they are made from are in `db`.
"""
