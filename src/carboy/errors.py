"""Every exception that Carboy raises, as one tree.

CarboyError
├── ConfigError        the site is set up wrongly: nothing was started
│   ├── SettingsError  a setting has a wrong name or value
│   └── WiringError    a battery was installed twice, too late, or without its needs
├── RefusedError       a request asked for something it may not have; carries a status
├── UnavailableError   a service that this needs does not answer; status 503
└── LostError          something that was there is gone or was changed by someone else
"""


class CarboyError(Exception):
    """The root: catch this to catch whatever Carboy itself raises."""


class ConfigError(CarboyError):
    """Raised while a site is being put together, when it could not work as told."""


class SettingsError(ConfigError):
    """Raised for a setting whose name or value cannot be meant."""


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
    """Raised when something that was held is gone or belongs to someone else now."""
