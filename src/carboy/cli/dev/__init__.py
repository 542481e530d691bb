"""`carboy dev`: web server, worker and scheduler, restarted when code changes."""
