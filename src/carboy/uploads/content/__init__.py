"""What is in a file: its kind, its pixels, the list of an archive."""
