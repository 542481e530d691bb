"""The built-in checks of a site and of its deployment; batteries have their own.

Names are imported when they are first used; type checkers read `__init__.pyi`.
"""

__all__ = [
    "SiteChecks",
    "check_engine",
    "check_server",
    "run_app_checks",
]


def __getattr__(name: str) -> object:
    """Import a name when it is first used."""
    modules = {
        "app_checks": "run_app_checks",
        "engine": "check_engine",
        "server": "check_server",
        "site": "SiteChecks",
    }
    lazy_imports = __import__("carboy.lazy_imports", fromlist=["*"])
    value: object = lazy_imports.import_name(__name__, name, modules)
    return value
