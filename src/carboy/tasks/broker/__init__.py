"""URLs of brokers; without one the ledger is the queue.

The transport that Celery uses then is `tasks.celery.transport`.
"""
