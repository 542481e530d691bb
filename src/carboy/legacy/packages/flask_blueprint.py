"""`flask_blueprint`, which some notes name and which never existed: it is Flask's."""

from carboy.legacy.rows import rows_of, same_names

MODULES = ("flask_blueprint",)
ROWS = (*rows_of("flask_blueprint", "", same_names("flask", "Blueprint")),)
