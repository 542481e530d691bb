"""What a request of the resumable protocol can be refused for."""

from carboy.uploads.errors import UploadError


class ProtocolError(UploadError):
    """Raised for a request that is answered with a status of the protocol."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def refuse_unknown() -> ProtocolError:
    """Return the error of an upload that is over, or never was."""
    return ProtocolError(404, "There is no such upload. Begin it again.")


def refuse_locked() -> ProtocolError:
    """Return the error of an upload that another request writes."""
    return ProtocolError(423, "Another request writes this upload. Try again soon.")


def refuse_offset(offset: int) -> ProtocolError:
    """Return the error of a part that does not begin where the file ends."""
    return ProtocolError(409, f"The upload has {offset} bytes. Continue there.")
