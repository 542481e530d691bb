"""What subclasses or configures Celery; imported when a task or a worker needs it.

The rows of runs are in `tasks.ledger`, processes and pools in `tasks.worker`.
"""
