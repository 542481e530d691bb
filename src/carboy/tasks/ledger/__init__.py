"""Runs in the database: their table, their states, claims and recovery."""
