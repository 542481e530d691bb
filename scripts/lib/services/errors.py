"""The errors of services; each message is one line."""


class ServiceError(Exception):
    """Raised when a service could not be started, stopped or reached."""


class MissingServiceError(ServiceError):
    """Raised when a service is not installed; says how to install it."""
