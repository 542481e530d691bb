"""Files in a bucket of S3, or of a service with the same protocol.

MinIO, Cloudflare R2, Aliyun OSS and Tencent COS have it; `s3_address.py` knows how
their addresses differ. No package is needed.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from typing_extensions import override

from carboy.uploads.errors import FileMissingError, KeyExistsError, StorageError

from .s3_address import S3Address, parse_address
from .s3_client import S3Chunks, S3Client
from .s3_objects import parse_row, parse_time, raise_for, stat_object
from .s3_parts import S3PartWriter
from .s3_signature import SignedTarget, encode_path
from .storage import BINARY, PartWriter, Storage, StoredFile, check_key

PART = 8 * 1024 * 1024
# S3 copies no larger file in one request, and no larger part.
_MAX_COPY = 5 * 1024**3
_COPY_PART = 1024**3
_WRITER = "x-amz-meta-writer"
_RESUMES = 3


@dataclass(frozen=True, slots=True)
class DirectPost:
    """A form that a browser posts straight to the storage; `file` is its last field."""

    url: str
    fields: dict[str, str]


class S3Storage(Storage):
    """Stores each file as the object `prefix/key` of a bucket."""

    scheme: ClassVar[str] = "s3"
    min_part_size: ClassVar[int] = 5 * 1024 * 1024

    def __init__(
        self,
        address: S3Address,
        *,
        timeout: float = 30.0,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.address = address
        self._client = S3Client(address, timeout=timeout, clock=clock, pause=pause)
        self._clock = clock

    @override
    def write(
        self,
        key: str,
        parts: Iterable[bytes],
        *,
        content_type: str = BINARY,
        replace: bool = True,
    ) -> StoredFile:
        path = self._path(key)
        blocks = _join(parts, PART)
        first = next(blocks, b"")
        second = next(blocks, None)
        only_new = {} if replace else dict(self.address.only_new)
        # Tells a file of this call from another one, if the answer of S3 is lost.
        token = secrets.token_hex(16)
        headers = {"content-type": content_type, _WRITER: token}
        try:
            if second is None:
                answer = self._client.request(
                    "PUT", path, None, headers | only_new, first
                )
                raise_for(answer, key)
            else:
                if not replace:
                    self._check_new(key)
                self._write_parts(
                    self._begin(key, headers), first, second, blocks, only_new
                )
        except KeyExistsError:
            head = self._client.request("HEAD", path)
            if head.headers.get(_WRITER) != token:
                raise
        stored = self.stat(key)
        if stored is None:
            raise _missing(key)
        return stored

    @override
    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        path = self._path(key)
        if end is not None and end <= start:
            if self.stat(key) is None:
                raise _missing(key)
            return iter(())
        return _RangeReader(self._client, key, path, start, end).open()

    @override
    def stat(self, key: str) -> StoredFile | None:
        return stat_object(self._client, key, self._path(key))

    @override
    def delete(self, key: str) -> None:
        answer = self._client.request("DELETE", self._path(key))
        if answer.status != HTTPStatus.NOT_FOUND:
            raise_for(answer, key)

    @override
    def move(self, source: str, target: str) -> StoredFile:
        source_path, target_path = self._path(source), self._path(target)
        before = self.stat(source)
        if before is None:
            raise _missing(source)
        if source != target:
            origin = encode_path(f"/{self.address.bucket}/{source_path}")
            if before.size > _MAX_COPY:
                self._copy_parts(before, target, origin)
            else:
                headers = {"x-amz-copy-source": origin}
                answer = self._client.request("PUT", target_path, None, headers)
                if answer.status == HTTPStatus.NOT_FOUND:
                    raise _missing(source)
                raise_for(answer, target)
            self.delete(source)
        moved = self.stat(target)
        if moved is None:
            raise _missing(target)
        return moved

    @override
    def list_files(
        self, prefix: str = "", *, older_than: float = 0
    ) -> Iterator[StoredFile]:
        latest = self._clock() - older_than
        query = {"list-type": "2", "prefix": self.address.prefix + prefix}
        for row in self._list(query, "Contents", ("continuation-token",)):
            stored = parse_row(row["Key"].removeprefix(self.address.prefix), row)
            if not older_than or stored.modified.timestamp() <= latest:
                yield stored

    @override
    def begin(self, key: str, *, content_type: str = BINARY) -> PartWriter:
        return self._begin(key, {"content-type": content_type})

    @override
    def resume(self, key: str, upload_id: str) -> PartWriter:
        writer = S3PartWriter(self._client, key, upload_id, self._path(key))
        rows = writer.list_rows()
        return S3PartWriter(self._client, key, upload_id, self._path(key), len(rows))

    @override
    def remove_unfinished(self, *, older_than: float) -> int:
        latest = self._clock() - older_than
        query = {"uploads": "", "prefix": self.address.prefix}
        removed = 0
        for row in list(
            self._list(query, "Upload", ("key-marker", "upload-id-marker"))
        ):
            if not older_than or parse_time(row["Initiated"]).timestamp() <= latest:
                key = row["Key"].removeprefix(self.address.prefix)
                S3PartWriter(self._client, key, row["UploadId"], row["Key"]).abort()
                removed += 1
        return removed

    @override
    def url(
        self,
        key: str,
        *,
        expires: int,
        filename: str | None = None,
        content_type: str | None = None,
        inline: bool = False,
    ) -> str | None:
        disposition = "inline" if inline else "attachment"
        if filename is not None:
            disposition += f"; filename*=UTF-8''{quote(filename, safe='')}"
        query = {"response-content-disposition": disposition}
        if content_type is not None:
            query["response-content-type"] = content_type
        address, client = self.address, self._client
        path = encode_path(f"{address.root}/{self._path(key)}")
        signed = client.signer.sign_url(
            SignedTarget("GET", path, query), address.host, expires, client.now()
        )
        return (
            f"{'https' if address.is_tls else 'http'}://{address.host}{path}?{signed}"
        )

    def make_post(
        self, key: str, *, max_size: int, expires: int, content_type: str = BINARY
    ) -> DirectPost:
        """Return the form of a browser that may store this file and no other.

        S3 refuses a larger file, another type, and a form that is used too late.
        """
        path = self._path(key)
        fields = self._client.signer.sign_policy(
            [
                {"bucket": self.address.bucket},
                ["content-length-range", 0, max_size],
            ],
            {"key": path, "content-type": content_type, "success_action_status": "201"},
            expires,
            self._client.now(),
        )
        return DirectPost(self.address.url, fields)

    def _path(self, key: str) -> str:
        return self.address.prefix + check_key(key)

    def _check_new(self, key: str) -> None:
        """Raise before a large file is sent in vain; the end of it decides."""
        if self.stat(key) is not None:
            raise KeyExistsError(f"There is a file with the key {key!r} already.")

    def _begin(self, key: str, headers: dict[str, str]) -> S3PartWriter:
        path = self._path(key)
        answer = self._client.request("POST", path, {"uploads": ""}, headers)
        raise_for(answer, key)
        upload_id = answer.list("")[0]["UploadId"]
        return S3PartWriter(self._client, key, upload_id, path)

    def _write_parts(
        self,
        writer: S3PartWriter,
        first: bytes,
        second: bytes,
        blocks: Iterator[bytes],
        only_new: dict[str, str],
    ) -> None:
        try:
            writer.add(1, first)
            writer.add(2, second)
            for number, block in enumerate(blocks, 3):
                writer.add(number, block)
            writer.finish(only_new)
        except BaseException:
            writer.abort()
            raise

    def _copy_parts(self, before: StoredFile, target: str, origin: str) -> None:
        kind = before.content_type or BINARY
        writer = self._begin(target, {"content-type": kind})
        try:
            for number, start in enumerate(range(0, before.size, _COPY_PART), 1):
                writer.copy(number, origin, start, min(start + _COPY_PART, before.size))
            writer.finish({})
        except BaseException:
            writer.abort()
            raise

    def _list(
        self, query: dict[str, str], name: str, markers: tuple[str, ...]
    ) -> Iterator[dict[str, str]]:
        """Yield the rows of all pages; `markers` say where the next one begins."""
        while True:
            answer = self._client.request("GET", "", query)
            raise_for(answer, query["prefix"])
            yield from answer.list(name)
            page = answer.list("")[0]
            if page.get("IsTruncated") != "true":
                return
            for marker in markers:
                query[marker] = page[f"Next{marker.title().replace('-', '')}"]


def open_s3(address: str, _folder: Path) -> S3Storage:
    """Open the storage of an address, with the access key of the environment."""
    return S3Storage(parse_address(address, os.environ))


def _missing(key: str) -> FileMissingError:
    return FileMissingError(f"There is no file with the key {key!r}.")


def _join(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the bytes of chunks in blocks of one size; the last one may be shorter."""
    block = bytearray()
    for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            part, rest = rest[: size - len(block)], rest[size - len(block) :]
            block += part
            if len(block) == size:
                yield bytes(block)
                block.clear()
    if block:
        yield bytes(block)


class _RangeReader:
    """Reads a file, and goes on where it was if the connection breaks."""

    def __init__(
        self, client: S3Client, key: str, path: str, start: int, end: int | None
    ) -> None:
        self._client = client
        self._key = key
        self._path = path
        self._at = start
        self._end = end
        self._etag = ""
        self._chunks: S3Chunks | None = None

    def open(self) -> Iterator[bytes]:
        """Send the request, and return the chunks."""
        headers = {}
        if self._at or self._end is not None:
            last = "" if self._end is None else self._end - 1
            headers["range"] = f"bytes={self._at}-{last}"
        if self._etag:
            headers["if-match"] = self._etag
        answer, chunks = self._client.open(self._path, headers)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise _missing(self._key)
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return iter(())
        if answer.status == HTTPStatus.PRECONDITION_FAILED:
            msg = f"The file {self._key!r} changed while it was read."
            raise StorageError(msg)
        raise_for(answer, self._key)
        self._etag = answer.headers.get("etag", "")
        self._chunks = chunks
        return self._read()

    def _read(self) -> Iterator[bytes]:
        attempts = 0
        while self._chunks is not None:
            try:
                for chunk in self._chunks:
                    self._at += len(chunk)
                    yield chunk
            except OSError as error:
                attempts += 1
                if attempts > _RESUMES or not self._etag:
                    raise StorageError(
                        f"S3 broke off the file {self._key!r}."
                    ) from error
                self.open()
            else:
                return
