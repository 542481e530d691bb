"""The processes of a server: supervisor, workers, and the channel between them."""
