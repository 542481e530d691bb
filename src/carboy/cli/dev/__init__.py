"""`carboy dev`: runs a site while it is developed; `carboy run` is its web process."""
