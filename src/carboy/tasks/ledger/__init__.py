"""Runs in the database: their tables, claims, states, recovery and wake-ups.

Celery is not known here.
"""
