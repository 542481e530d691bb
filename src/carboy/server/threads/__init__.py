"""The threads of a worker: view threads, inline views and the event loop.

What they run, an HTTP request, is in `server.http`.
"""
