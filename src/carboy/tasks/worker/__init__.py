"""A worker's processes around Celery: its supervisor, active runs and banner.

How a run is executed is in `tasks.celery.execute`.
"""
