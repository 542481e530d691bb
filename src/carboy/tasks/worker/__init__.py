"""What a worker process does around Celery: attempts, its children, its banner."""
