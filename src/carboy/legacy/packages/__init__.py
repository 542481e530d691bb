"""Old packages: one file for each, with its names and what they are here."""
