"""The full-stack Flask: your Flask app, unchanged and faster, with its batteries.

Names are imported when they are first used; type checkers read `__init__.pyi`.
"""

__version__ = "0.1.0.dev0"

__all__ = [
    "Carboy",
    "Check",
    "Extension",
    "Section",
    "Settings",
    "Wiring",
    "setting",
]


def __getattr__(name: str) -> object:
    """Import a name when it is first used."""
    modules = {
        "core": "Check Extension Section Wiring setting",
        "settings": "Settings",
        "stack": "Carboy",
    }
    lazy_imports = __import__("carboy.lazy_imports", fromlist=["*"])
    value: object = lazy_imports.import_name(__name__, name, modules)
    return value


def __dir__() -> list[str]:
    """List the names for who explores the package in a shell."""
    return [*globals(), *__all__]
