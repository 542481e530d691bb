"""Import names from where SQLAlchemy 2 has them."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="sqlalchemy-names",
    title="Import names from where SQLAlchemy 2 has them",
    why=(
        "SQLAlchemy 2.0 moved declarative_base and others to "
        "sqlalchemy.orm, and removed relation and eagerload."
    ),
    package="sqlalchemy",
    since="2.0",
    words=("sqlalchemy",),
    check=moved_names({
        "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy.orm.declarative_base",
        "sqlalchemy.ext.declarative.declared_attr": "sqlalchemy.orm.declared_attr",
        "sqlalchemy.ext.declarative.as_declarative": "sqlalchemy.orm.as_declarative",
        "sqlalchemy.ext.declarative.has_inherited_table": "sqlalchemy.orm.has_inherited_table",
        "sqlalchemy.ext.declarative.synonym_for": "sqlalchemy.orm.synonym_for",
        "sqlalchemy.ext.declarative.api.declarative_base": "sqlalchemy.orm.declarative_base",
        "sqlalchemy.ext.declarative.api.declared_attr": "sqlalchemy.orm.declared_attr",
        "sqlalchemy.ext.declarative.api.as_declarative": "sqlalchemy.orm.as_declarative",
        "sqlalchemy.orm.relation": "sqlalchemy.orm.relationship",
        "sqlalchemy.orm.eagerload": "sqlalchemy.orm.joinedload",
        "sqlalchemy.orm.eagerload_all": "sqlalchemy.orm.joinedload",
        "sqlalchemy.exceptions": "sqlalchemy.exc",
        "sqlalchemy.orm.ScopedSession": "sqlalchemy.orm.scoped_session",
        "sqlalchemy.engine.RowProxy": "sqlalchemy.engine.Row",
        "sqlalchemy.engine.result.RowProxy": "sqlalchemy.engine.Row",
        "sqlalchemy.engine.ResultProxy": "sqlalchemy.engine.CursorResult",
    }),
    examples=(
        (
            "from sqlalchemy.ext.declarative import declarative_base\n",
            "from sqlalchemy.orm import declarative_base\n",
        ),
    ),
)
