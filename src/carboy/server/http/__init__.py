"""One HTTP request, from socket to app and back; only `granian` uses Granian.

On which thread a view runs is decided in `server.threads`.
"""
