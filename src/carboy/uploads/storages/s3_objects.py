"""What S3 answers about one file, as the contract of storages has it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from carboy.uploads.errors import KeyExistsError, StorageError, StorageFullError

from .s3_client import S3Answer, S3Client
from .storage import StoredFile

_EXISTS = {
    "PreconditionFailed",
    "ConditionalRequestConflict",
    "FileAlreadyExists",
    "ObjectAlreadyExists",
}
_FULL = {"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}


def stat_object(client: S3Client, key: str, path: str) -> StoredFile | None:
    """Return what S3 knows of a file, or None if there is none."""
    answer = client.request("HEAD", path)
    if answer.status == HTTPStatus.NOT_FOUND:
        return None
    raise_for(answer, key)
    return parse_head(key, answer)


def parse_head(key: str, answer: S3Answer) -> StoredFile:
    """Return what the headers of an answer say of a file."""
    headers = answer.headers
    return StoredFile(
        key,
        int(headers["content-length"]),
        headers["etag"].strip('"'),
        parsedate_to_datetime(headers["last-modified"]),
        headers.get("content-type"),
    )


def parse_row(key: str, row: dict[str, str]) -> StoredFile:
    """Return what a list says of a file."""
    modified = parse_time(row["LastModified"])
    return StoredFile(key, int(row["Size"]), row["ETag"].strip('"'), modified)


def parse_time(text: str) -> datetime:
    """Parse a time of a list."""
    return datetime.fromisoformat(text).astimezone(UTC)


def raise_for(answer: S3Answer, key: str) -> None:
    """Raise the error that an answer means, if any."""
    code, status = answer.code, answer.status
    if status < HTTPStatus.BAD_REQUEST and not code:
        return
    if code in _EXISTS or status == HTTPStatus.PRECONDITION_FAILED:
        raise KeyExistsError(f"There is a file with the key {key!r} already.")
    reason = code or str(status)
    if code in _FULL or status == HTTPStatus.INSUFFICIENT_STORAGE:
        raise StorageFullError(f"The file {key!r} cannot be stored: {reason}.")
    if code == "NoSuchBucket":
        raise StorageError(
            "There is no such bucket. Make the bucket that UPLOADS_STORAGE names."
        )
    raise StorageError(f"S3 refused the file {key!r}: {reason}.")
