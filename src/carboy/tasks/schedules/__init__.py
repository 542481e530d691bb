"""When scheduled tasks are due, and the process that starts them.

Celery's own beat uses `tasks.celery.beat`.
"""
