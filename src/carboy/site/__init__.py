"""What every site has: security headers, error pages, health pages and the log.

What an app is lives in `carboy.core`; what may be wrong with one in `carboy.checks`.
"""

from .api_operations import (
    ApiOperation,
    ProblemBody,
    list_operations,
    register_operations,
)
from .error_pages import ErrorPages, ErrorSettings, wants_json
from .form_size import check_form_size
from .headers import (
    Headers,
    HeaderSettings,
    csp_nonce,
    has_nonce,
    relax_blueprints,
    relax_csp,
)
from .health import Health, HealthSettings, find_problem, read_gauges
from .https import Https
from .languages import (
    BabelDirectoriesField,
    BabelDomainField,
    LanguageField,
    LanguagesField,
    TimeZoneField,
)
from .local_client import is_local_client
from .log import Log, LogSettings
from .make_debugger import make_debugger
from .problem import PROBLEM_TYPE, problem_response, status_phrase
from .request_log import RequestLog, request_id
from .same_origin import is_own_address, require_same_origin
from .view_access import (
    EVERYBODY as OPEN_TO_EVERYBODY,
    access_rules,
    describe_view,
    mark_access,
)

__all__ = [
    "OPEN_TO_EVERYBODY",
    "PROBLEM_TYPE",
    "ApiOperation",
    "BabelDirectoriesField",
    "BabelDomainField",
    "ErrorPages",
    "ErrorSettings",
    "HeaderSettings",
    "Headers",
    "Health",
    "HealthSettings",
    "Https",
    "LanguageField",
    "LanguagesField",
    "Log",
    "LogSettings",
    "ProblemBody",
    "RequestLog",
    "TimeZoneField",
    "access_rules",
    "check_form_size",
    "csp_nonce",
    "describe_view",
    "find_problem",
    "has_nonce",
    "is_local_client",
    "is_own_address",
    "list_operations",
    "make_debugger",
    "mark_access",
    "problem_response",
    "read_gauges",
    "register_operations",
    "relax_blueprints",
    "relax_csp",
    "request_id",
    "require_same_origin",
    "status_phrase",
    "wants_json",
]
