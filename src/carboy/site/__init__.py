"""What every site has: security headers, error pages, health pages and the log.

What an app is lives in `carboy.core`; what may be wrong with one in `carboy.checks`.
"""

from .error_pages import Pages, wants_json
from .headers import Headers, HeaderSettings, csp_nonce, has_nonce, loosen
from .health import Health, HealthSettings
from .log import Log, LogSettings
from .request_log import Requests, request_id

__all__ = [
    "HeaderSettings",
    "Headers",
    "Health",
    "HealthSettings",
    "Log",
    "LogSettings",
    "Pages",
    "Requests",
    "csp_nonce",
    "has_nonce",
    "loosen",
    "request_id",
    "wants_json",
]
