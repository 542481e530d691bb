"""Import the classes of Flask-SQLAlchemy from its modules."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-sqlalchemy-names",
    title="Import the classes of Flask-SQLAlchemy from its modules",
    why="Flask-SQLAlchemy 3.0 moved BaseQuery, Pagination and get_debug_queries.",
    package="flask-sqlalchemy",
    since="3.0",
    words=("flask_sqlalchemy", "flask.ext"),
    check=moved_names({
        "flask_sqlalchemy.BaseQuery": "flask_sqlalchemy.query.Query",
        "flask_sqlalchemy.Pagination": "flask_sqlalchemy.pagination.Pagination",
        "flask_sqlalchemy.get_debug_queries": "flask_sqlalchemy.record_queries.get_recorded_queries",
        "flask_sqlalchemy.Model": "flask_sqlalchemy.model.Model",
        "flask_sqlalchemy.DefaultMeta": "flask_sqlalchemy.model.DefaultMeta",
        "flask_sqlalchemy.SignallingSession": "flask_sqlalchemy.session.Session",
    }),
    examples=(
        (
            "from flask_sqlalchemy import get_debug_queries\n\nget_debug_queries()\n",
            (
                "from flask_sqlalchemy.record_queries import get_recorded_queries\n"
                "\n"
                "get_recorded_queries()\n"
            ),
        ),
    ),
)
