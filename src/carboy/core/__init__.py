"""What an app is: settings, wiring and checks, and what every site needs."""

from .app import Carboy, Config
from .checks import Check, Checker, run_checks
from .context import AppState, ContextState
from .engine_checks import check_engine
from .headers import Headers, HeaderSettings, csp_nonce, has_nonce, loosen
from .health import Health, HealthSettings
from .log import Log, LogSettings
from .pages import Pages, wants_json
from .requests import Requests, request_id
from .sections import Field, Secret, Section, setting
from .settings import Settings
from .site_checks import SiteChecks
from .wiring import Extension, Process, Site, Wiring, install, site_of

__all__ = [
    "AppState",
    "Carboy",
    "Check",
    "Checker",
    "Config",
    "ContextState",
    "Extension",
    "Field",
    "HeaderSettings",
    "Headers",
    "Health",
    "HealthSettings",
    "Log",
    "LogSettings",
    "Pages",
    "Process",
    "Requests",
    "Secret",
    "Section",
    "Settings",
    "Site",
    "SiteChecks",
    "Wiring",
    "check_engine",
    "csp_nonce",
    "has_nonce",
    "install",
    "loosen",
    "request_id",
    "run_checks",
    "setting",
    "site_of",
    "wants_json",
]
