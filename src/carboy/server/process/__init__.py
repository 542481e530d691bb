"""The processes of a server: supervisor, workers, and the channel between them.

Requests are not known here.
"""
