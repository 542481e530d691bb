"""What an app is: the app class, extensions, settings and the type of a check.

What every site has is in `carboy.site`, the checks in `carboy.checks`.

Names are imported when they are first used; type checkers read `__init__.pyi`.
"""

from carboy.redact import (
    HIDDEN,
    is_secret_name,
    redact_query,
    redact_text,
    redact_url,
    redact_value,
)

# A module of the same name would take the place of a function.
from .command_line import PROGRAM_VARIABLE, command_line, program_name

__all__ = [
    "HIDDEN",
    "PROGRAM_VARIABLE",
    "Action",
    "AppState",
    "Carboy",
    "Check",
    "Checker",
    "Config",
    "ContextState",
    "Extension",
    "Field",
    "Mistake",
    "Panel",
    "PanelAction",
    "PanelQuery",
    "PanelRow",
    "PanelTable",
    "PanelView",
    "Process",
    "ReadinessCheck",
    "Registry",
    "Secret",
    "Section",
    "SettingRow",
    "Settings",
    "Solution",
    "Solver",
    "Tone",
    "Wiring",
    "check_obsolete",
    "command_line",
    "find_project_folder",
    "find_solution",
    "get_current_app",
    "install",
    "is_secret_name",
    "list_settings",
    "program_name",
    "quote_credentials",
    "read_dotenv",
    "redact_query",
    "redact_text",
    "redact_url",
    "redact_value",
    "registry_of",
    "run_checks",
    "setting",
    "split_credentials",
]


def __getattr__(name: str) -> object:
    """Import a name when it is first used."""
    modules = {
        "app": "Carboy Config",
        "check": "Check Checker check_obsolete run_checks",
        "context": "AppState ContextState get_current_app",
        "extension": "Extension Process ReadinessCheck Registry Wiring install "
        "registry_of",
        "panel": "Panel PanelAction PanelQuery PanelRow PanelTable PanelView Tone",
        "project_folder": "find_project_folder",
        "section": "Field Secret Section setting",
        "service_url": "quote_credentials split_credentials",
        "setting_list": "SettingRow list_settings",
        "setting_sources": "read_dotenv",
        "settings": "Settings",
        "solution": "Action Mistake Solution Solver find_solution",
    }
    lazy_imports = __import__("carboy.lazy_imports", fromlist=["*"])
    value: object = lazy_imports.import_name(__name__, name, modules)
    return value
