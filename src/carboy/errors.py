"""The exceptions of Carboy, as one tree.

CarboyError
├── ConfigError        the site is set up wrongly and does not start
│   ├── SettingsError  a setting has a wrong name or value
│   └── WiringError    a battery was installed twice, too late, or without its needs
├── RefusedError       a request is understood and refused; has a status
├── UnavailableError   a service that is needed does not answer; status 503
└── LostError          something is gone, or was changed by another process
"""


class CarboyError(Exception):
    """The base class of all exceptions of Carboy."""


class ConfigError(CarboyError):
    """Raised at the start, when a site cannot work as it is set up."""


class SettingsError(ConfigError):
    """Raised for a setting with a wrong name or value."""


class WiringError(ConfigError):
    """Raised when a battery cannot be installed here, now, or twice."""


class RefusedError(CarboyError):
    """Raised when a request is understood and refused."""

    status = 403


class UnavailableError(CarboyError):
    """Raised when a service does not answer within its time."""

    status = 503

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LostError(CarboyError):
    """Raised when something is gone, or belongs to another process now."""
