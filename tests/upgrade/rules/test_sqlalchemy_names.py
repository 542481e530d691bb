"""If this passes, the rule `sqlalchemy-names` edits old names, and nothing else."""

from carboy.upgrade.rules.sqlalchemy_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        'from sqlalchemy.orm import relation, backref\n\nx = relation("A")\n',
        'from sqlalchemy.orm import relationship, backref\n\nx = relationship("A")\n',
    ),
    (
        "from sqlalchemy.ext.declarative import AbstractConcreteBase, declared_attr\n",
        (
            "from sqlalchemy.ext.declarative import AbstractConcreteBase\n"
            "from sqlalchemy.orm import declared_attr\n"
        ),
    ),
]
UNCHANGED = [
    "from sqlalchemy.orm import declarative_base\n",
    (
        "try:\n"
        "    from sqlalchemy.ext.declarative import declarative_base\n"
        "except ImportError:\n"
        "    declarative_base = None\n"
    ),
    (
        "# from sqlalchemy.ext.declarative import declarative_base\n"
        "text = 'sqlalchemy.ext.declarative.declarative_base'\n"
    ),
    "from sqlalchemy.ext.declarative import declarative_base  # carboy: keep\n",
    "class declarative_base:\n    pass\n\n\ndeclarative_base()\n",
    "def use(declarative_base):\n    return declarative_base.declarative_base\n",
    "from .sqlalchemy.ext.declarative import declarative_base\n",
    "import other as sqlalchemy\n\nsqlalchemy.ext.declarative.declarative_base\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
