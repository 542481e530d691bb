"""The threads of a worker: view threads, views that run inline, the event loop."""
