"""What can go wrong with a service, each in one line for a person."""


class ServiceError(Exception):
    """Raised when a service could not be started, stopped or reached."""


class MissingServiceError(ServiceError):
    """Raised when a service is not on this machine; says how to get it."""
