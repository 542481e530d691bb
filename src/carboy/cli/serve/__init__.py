"""`carboy serve`: the command and its options; the server is in `carboy.server`."""
