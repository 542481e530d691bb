"""Parts of a file in S3: a multipart upload."""

from http import HTTPStatus

from typing_extensions import override

from carboy.uploads.errors import FileMissingError

from .s3_client import S3Answer, S3Client
from .s3_objects import raise_for, stat_object
from .storage import Part, PartWriter, StoredFile, check_number

_NO_UPLOAD = "NoSuchUpload"


class S3PartWriter(PartWriter):
    """A multipart upload, which S3 keeps until it is completed or aborted."""

    def __init__(
        self, client: S3Client, key: str, upload_id: str, path: str, count: int = 0
    ) -> None:
        self.key = key
        self.upload_id = upload_id
        self._client = client
        # The key with the prefix of the storage.
        self._path = path
        self._count = count

    @property
    @override
    def parts(self) -> list[Part]:
        return [
            Part(int(row["PartNumber"]), int(row["Size"])) for row in self.list_rows()
        ]

    @override
    def add(self, number: int, data: bytes) -> Part:
        check_number(number, self._count)
        query = {"partNumber": str(number), "uploadId": self.upload_id}
        answer = self._client.request("PUT", self._path, query, None, data)
        self.check(answer)
        self._count = number
        return Part(number, len(data))

    def copy(self, number: int, source: str, start: int, end: int) -> None:
        """Make a range of a file in the bucket, `end` not included, the next part."""
        query = {"partNumber": str(number), "uploadId": self.upload_id}
        headers = {
            "x-amz-copy-source": source,
            "x-amz-copy-source-range": f"bytes={start}-{end - 1}",
        }
        self.check(self._client.request("PUT", self._path, query, headers))
        self._count = number

    @override
    def complete(self) -> StoredFile:
        return self.finish({})

    def finish(self, headers: dict[str, str]) -> StoredFile:
        """Complete the file; `headers` may ask S3 not to replace another one."""
        rows = self.list_rows()
        if not rows:
            # S3 completes no upload without a part.
            self.add(1, b"")
            rows = self.list_rows()
        body = "".join(
            f"<Part><PartNumber>{row['PartNumber']}</PartNumber>"
            f"<ETag>{row['ETag'].replace('&', '&amp;')}</ETag></Part>"
            for row in rows
        )
        data = f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>".encode()
        query = {"uploadId": self.upload_id}
        headers = {"content-type": "application/xml", **headers}
        answer = self._client.request("POST", self._path, query, headers, data)
        stored = None
        if answer.code == _NO_UPLOAD:
            # An earlier attempt was carried out, and its answer was lost.
            stored = stat_object(self._client, self.key, self._path)
        if stored is None or stored.size != sum(int(row["Size"]) for row in rows):
            self.check(answer)
            stored = stat_object(self._client, self.key, self._path)
        if stored is None:
            raise FileMissingError(f"There is no file with the key {self.key!r}.")
        return stored

    @override
    def abort(self) -> None:
        query = {"uploadId": self.upload_id}
        answer = self._client.request("DELETE", self._path, query)
        if answer.code != _NO_UPLOAD and answer.status != HTTPStatus.NOT_FOUND:
            self.check(answer)

    def list_rows(self) -> list[dict[str, str]]:
        """Return number, size and ETag of each part; raise if there is no upload."""
        rows: list[dict[str, str]] = []
        query = {"uploadId": self.upload_id}
        while True:
            answer = self._client.request("GET", self._path, query)
            self.check(answer)
            rows += answer.list("Part")
            page = answer.list("")[0]
            if page.get("IsTruncated") != "true":
                return rows
            query["part-number-marker"] = page["NextPartNumberMarker"]

    def check(self, answer: S3Answer) -> None:
        """Raise for an answer that is no success."""
        if answer.code == _NO_UPLOAD or answer.status == HTTPStatus.NOT_FOUND:
            raise FileMissingError(f"There are no parts of {self.key!r} with this id.")
        raise_for(answer, self.key)
