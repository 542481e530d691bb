"""What an app is: the app class, extensions, settings and the type of a check.

What every site has is in `carboy.site`, the checks in `carboy.checks`.
"""

from carboy.redact import (
    HIDDEN,
    is_secret_name,
    redact_query,
    redact_text,
    redact_url,
    redact_value,
)

from .app import Carboy, Config
from .check import Check, Checker, check_obsolete, run_checks
from .command_line import PROGRAM_VARIABLE, command_line, program_name
from .context import AppState, ContextState, get_current_app
from .extension import (
    Extension,
    Process,
    ReadinessCheck,
    Registry,
    Wiring,
    install,
    registry_of,
)
from .project_folder import find_project_folder
from .section import Field, Secret, Section, setting
from .service_url import quote_credentials, split_credentials
from .setting_sources import read_dotenv
from .settings import Settings
from .solution import Action, Mistake, Solution, Solver, find_solution

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
    "Process",
    "ReadinessCheck",
    "Registry",
    "Secret",
    "Section",
    "Settings",
    "Solution",
    "Solver",
    "Wiring",
    "check_obsolete",
    "command_line",
    "find_project_folder",
    "find_solution",
    "get_current_app",
    "install",
    "is_secret_name",
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
