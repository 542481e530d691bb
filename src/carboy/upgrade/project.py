"""What a file needs to know of the project's others: found by patterns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_INSTANCE = re.compile(rb"^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(\w+)\(", re.MULTILINE)
_IMPORT = re.compile(rb"from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)")
_ENCODER = re.compile(rb"^class (\w+)\((?:\w+\.)*(JSONEncoder)\)", re.MULTILINE)
_FLASK_JSON = re.compile(rb"from flask(?:\.json)? import [^\n]*JSON|flask\.json\.JSON")
_NAME = re.compile(rb"(\w+)(?:\s+as\s+\w+)?")
# Their names are those that sites have given to their objects.
_FACTORIES = {
    "SQLAlchemy": "flask_sqlalchemy.SQLAlchemy",
    "Flask": "flask.Flask",
    "Carboy": "flask.Flask",
    "Manager": "flask_script.Manager",
    "LoginManager": "flask_login.LoginManager",
    "JWTManager": "flask_jwt_extended.JWTManager",
    "Celery": "celery.Celery",
    "Blueprint": "flask.Blueprint",
    "create_engine": "sqlalchemy.create_engine",
    "scoped_session": "sqlalchemy.orm.scoped_session",
}

_CALLS = tuple(f"{name}(".encode() for name in _FACTORIES)
# Settings in one module that matter in another one.
_WORDS = (
    "SQLALCHEMY_COMMIT_ON_TEARDOWN",
    "oken.decode(",
    "create_access_token(",
    "JWT_VERIFY_SUB",
    "namespace=",
)
# Modules whose names are no objects of the project.
PACKAGES = frozenset({
    "asyncio",
    "celery",
    "cgi",
    "collections",
    "datetime",
    "distutils",
    "flask",
    "flask_jwt_extended",
    "flask_login",
    "flask_migrate",
    "flask_restful",
    "flask_restplus",
    "flask_restx",
    "flask_script",
    "flask_sqlalchemy",
    "flask_wtf",
    "imp",
    "itsdangerous",
    "jinja2",
    "json",
    "markupsafe",
    "os",
    "sqlalchemy",
    "sys",
    "werkzeug",
    "wtforms",
})


@dataclass(frozen=True, slots=True)
class Project:
    """The objects that modules make, by name, and the names that modules share.

    `packages` are the packages that any module imports, `words` some settings of old,
    `encoders` the base of each class that encodes JSON.
    """

    objects: dict[str, frozenset[str]] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    encoders: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str:
        """Return the class of what all modules of the project call `name`."""
        classes = self.objects.get(name, frozenset())
        return next(iter(classes)) if len(classes) == 1 else ""


def read_project(texts: Iterable[bytes]) -> Project:
    """Read the texts of a project's Python files."""
    objects: dict[str, set[str]] = {}
    shared: set[str] = set()
    packages: set[str] = set()
    words: set[str] = set()
    encoders: dict[str, str] = {}
    for text in texts:
        is_factory = any(word in text for word in _CALLS)
        for name, kind in _INSTANCE.findall(text) if is_factory else ():
            path = _FACTORIES.get(kind.decode())
            if path:
                objects.setdefault(name.decode(), set()).add(path)
        for module, names in _IMPORT.findall(text):
            top = module.decode().partition(".")[0]
            packages.add(top)
            if top not in PACKAGES:
                shared.update(name.decode() for name in _NAME.findall(names))
        has_encoder = b"JSONEncoder" in text
        for name, base in _ENCODER.findall(text) if has_encoder else ():
            module = "flask.json" if _FLASK_JSON.search(text) else "json"
            encoders[name.decode()] = f"{module}.{base.decode()}"
        words.update(word for word in _WORDS if word.encode() in text)
    return Project(
        {name: frozenset(paths) for name, paths in objects.items()},
        frozenset(shared),
        frozenset(packages),
        frozenset(words),
        encoders,
    )
