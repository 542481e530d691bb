"""What an app is: the app class, extensions, settings and the type of a check."""

from .app import Carboy, Config
from .check import Check, Checker, run_checks
from .context import AppState, ContextState
from .extension import Extension, Process, Registry, Wiring, install, registry_of
from .section import HIDDEN, Field, Secret, Section, setting
from .setting_sources import read_dotenv
from .settings import Settings

__all__ = [
    "HIDDEN",
    "AppState",
    "Carboy",
    "Check",
    "Checker",
    "Config",
    "ContextState",
    "Extension",
    "Field",
    "Process",
    "Registry",
    "Secret",
    "Section",
    "Settings",
    "Wiring",
    "install",
    "read_dotenv",
    "registry_of",
    "run_checks",
    "setting",
]
