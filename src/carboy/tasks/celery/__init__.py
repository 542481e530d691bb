"""What subclasses Celery; imported once a task is called or a worker starts."""
