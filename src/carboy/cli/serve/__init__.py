"""`carboy serve`: the command, its options, and gunicorn's names for them."""
