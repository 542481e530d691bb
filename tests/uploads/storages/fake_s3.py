"""A small S3 for tests: it refuses what S3 refuses, and fails on request.

Files are on disk; `fake_s3_checks.py` checks signatures.
"""

import hashlib
import re
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.uploads.storages.fake_s3_checks import (
    BUCKET,
    KEY,
    REGION,
    SECRET,
    check_form,
    check_signature,
)

MIN_PART = 5 * 1024 * 1024
# Few, so that lists of a test have pages.
PAGE = 3


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that were killed."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeS3:
    """One bucket. `faults` are called with each request and may answer it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.objects: dict[str, dict[str, object]] = {}
        self.uploads: dict[str, dict[str, object]] = {}
        self.faults: list[Callable[[BaseHTTPRequestHandler], bool]] = []
        self.requests: list[str] = []
        self.page = PAGE
        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.fake = self
        self.port = self.server.server_address[1]
        kwargs = {"poll_interval": 0.02}
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs=kwargs, daemon=True
        )
        self.thread.start()

    @property
    def url(self) -> str:
        """What UPLOADS_STORAGE would be."""
        endpoint = f"http://127.0.0.1:{self.port}"
        secret = quote(SECRET, safe="")
        return f"s3://{KEY}:{secret}@{BUCKET}/site?endpoint={endpoint}&region={REGION}"

    def fail_once(self, status: int, code: str = "InternalError") -> None:
        """Answer the next request with an error."""

        def fail(handler: Handler) -> bool:
            self.faults.clear()
            handler.fail(status, code)
            return True

        self.faults.append(fail)

    def close(self) -> None:
        """Stop to serve."""
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def running_fake_s3() -> Iterator[FakeS3]:
    """Run one until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="fake-s3-"))
    fake = FakeS3(folder)
    try:
        yield fake
    finally:
        fake.close()
        shutil.rmtree(folder)


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Log nothing."""

    def handle_one(self) -> None:
        self.fake: FakeS3 = self.server.fake
        target = urlsplit(self.path)
        self.query = dict(parse_qsl(target.query, keep_blank_values=True))
        path = unquote(target.path)
        host = self.headers["Host"]
        self.key = (
            path[1:] if host.startswith(f"{BUCKET}.") else path[len(BUCKET) + 2 :]
        )
        length = int(self.headers.get("Content-Length", 0))
        self.body = self.rfile.read(length)
        self.fake.requests.append(f"{self.command} {self.path}")
        for fault in list(self.fake.faults):
            if fault(self):
                return
        is_form = self.headers.get("Content-Type", "").startswith("multipart/form-data")
        if is_form:
            self.post_form()
        elif path.strip("/").split("/")[0] != BUCKET and not host.startswith(BUCKET):
            self.fail(404, "NoSuchBucket")
        elif self.is_signed(target.path):
            with self.fake.lock:
                self.route()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_one  # noqa: N815 - names of the library

    def do_OPTIONS(self) -> None:
        """Answer what a browser asks before it sends a form from another origin."""
        names = ("Origin", "Methods", "Headers")
        self.reply(204, {f"Access-Control-Allow-{name}": "*" for name in names})

    def is_signed(self, path: str) -> bool:
        """Check the signature, or answer with an error."""
        status, code = check_signature(
            self.command, path, self.query, self.headers, self.body
        )
        if code:
            self.fail(status, code)
        return not code

    def route(self) -> None:
        query, command = self.query, self.command
        if command == "GET" and "list-type" in query:
            self.list_objects()
        elif command == "GET" and "uploads" in query:
            self.list_uploads()
        elif command == "POST" and "uploads" in query:
            upload_id = secrets.token_urlsafe(20)
            kind = self.headers.get("Content-Type")
            self.fake.uploads[upload_id] = {
                "key": self.key,
                "parts": {},
                "type": kind,
                "meta": self.meta(),
                "initiated": now(),
            }
            self.xml(
                "InitiateMultipartUploadResult", f"<UploadId>{upload_id}</UploadId>"
            )
        elif "uploadId" in query:
            self.route_upload()
        elif command in {"GET", "HEAD"}:
            self.get_object()
        elif command == "PUT":
            self.put_object()
        elif command == "DELETE":
            found = self.fake.objects.pop(self.key, None)
            if found:
                Path(found["path"]).unlink()
            self.reply(204)

    def route_upload(self) -> None:
        upload = self.fake.uploads.get(self.query["uploadId"])
        if upload is None or upload["key"] != self.key:
            self.fail(404, "NoSuchUpload")
        elif self.command == "PUT":
            data = self.body
            source = self.headers.get("x-amz-copy-source")
            if source:
                stored = self.fake.objects[unquote(source).split("/", 2)[2]]
                start, end = re.findall(r"\d+", self.headers["x-amz-copy-source-range"])
                with Path(stored["path"]).open("rb") as file:
                    file.seek(int(start))
                    data = file.read(int(end) + 1 - int(start))
            number = int(self.query["partNumber"])
            upload["parts"][number] = self.save(data)
            self.reply(200, {"ETag": upload["parts"][number]["etag"]})
        elif self.command == "GET":
            after = int(self.query.get("part-number-marker", 0))
            numbers = sorted(each for each in upload["parts"] if each > after)
            rows = "".join(
                f"<Part><PartNumber>{each}</PartNumber><Size>{upload['parts'][each]['size']}"
                f"</Size><ETag>{escape(upload['parts'][each]['etag'])}</ETag></Part>"
                for each in numbers[: self.fake.page]
            )
            more = str(len(numbers) > self.fake.page).lower()
            last = numbers[: self.fake.page][-1] if numbers else 0
            self.xml(
                "ListPartsResult",
                f"<IsTruncated>{more}</IsTruncated>"
                f"<NextPartNumberMarker>{last}</NextPartNumberMarker>{rows}",
            )
        elif self.command == "DELETE":
            del self.fake.uploads[self.query["uploadId"]]
            self.reply(204)
        else:
            self.complete(upload)

    def complete(self, upload: dict) -> None:
        text = self.body.decode()
        pairs = re.findall(r"<PartNumber>(\d+)</PartNumber><ETag>(.*?)</ETag>", text)
        parts = [upload["parts"][int(number)] for number, _ in pairs]
        if not pairs or [part["etag"] for part in parts] != [
            etag.replace("&quot;", '"') for _, etag in pairs
        ]:
            self.fail(400, "InvalidPart")
        elif any(part["size"] < MIN_PART for part in parts[:-1]):
            self.fail(400, "EntityTooSmall")
        elif self.headers.get("If-None-Match") == "*" and self.key in self.fake.objects:
            self.fail(412, "PreconditionFailed")
        else:
            self.join_parts(upload, parts)
            self.xml("CompleteMultipartUploadResult", f"<Key>{self.key}</Key>")

    def join_parts(self, upload: dict, parts: list[dict]) -> None:
        path = self.fake.folder / secrets.token_hex(8)
        with path.open("wb") as file:
            for part in parts:
                file.write(Path(part["path"]).read_bytes())
        self.fake.objects[self.key] = {
            "path": str(path),
            "size": path.stat().st_size,
            "modified": now(),
            "etag": f'"{secrets.token_hex(16)}-{len(parts)}"',
            "type": upload["type"],
            "meta": upload["meta"],
        }
        for part in upload["parts"].values():
            Path(part["path"]).unlink()
        del self.fake.uploads[self.query["uploadId"]]

    def get_object(self) -> None:
        stored = self.fake.objects.get(self.key)
        if stored is None:
            self.fail(404, "NoSuchKey")
            return
        size = stored["size"]
        headers = {
            "ETag": stored["etag"],
            "Content-Type": stored["type"] or "binary/octet-stream",
            "Last-Modified": formatdate(stored["modified"], usegmt=True),
            **stored["meta"],
        }
        for name, value in self.query.items():
            if name.startswith("response-"):
                headers[name.removeprefix("response-").title()] = value
        if self.headers.get("If-Match", stored["etag"]) != stored["etag"]:
            self.fail(412, "PreconditionFailed")
            return
        start, end, status = 0, size, 200
        if "Range" in self.headers:
            first, last = self.headers["Range"].removeprefix("bytes=").split("-")
            start, end, status = int(first), min(int(last or size) + 1, size), 206
            if start >= size:
                self.fail(416, "InvalidRange")
                return
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        with Path(stored["path"]).open("rb") as file:
            file.seek(start)
            self.reply(status, headers, file, end - start)

    def put_object(self) -> None:
        source = self.headers.get("x-amz-copy-source")
        if self.headers.get("If-None-Match") == "*" and self.key in self.fake.objects:
            self.fail(412, "PreconditionFailed")
        elif source:
            stored = self.fake.objects.get(unquote(source).split("/", 2)[2])
            if stored is None:
                self.fail(404, "NoSuchKey")
                return
            path = self.fake.folder / secrets.token_hex(8)
            # Files are never written twice, so a link is as good as a copy.
            path.hardlink_to(stored["path"])
            copied = {"path": str(path), "modified": now()}
            self.fake.objects[self.key] = {**stored, **copied}
            self.xml("CopyObjectResult", f"<ETag>{escape(stored['etag'])}</ETag>")
        else:
            saved = self.save(self.body)
            kind = self.headers.get("Content-Type")
            self.fake.objects[self.key] = {**saved, "type": kind, "meta": self.meta()}
            self.reply(200, {"ETag": saved["etag"]})

    def post_form(self) -> None:
        fields, data, code = check_form(self.body, self.headers["Content-Type"])
        if code:
            self.fail(403 if code == "AccessDenied" else 400, code)
            return
        kind = fields["content-type"]
        self.fake.objects[fields["key"]] = {**self.save(data), "type": kind, "meta": {}}
        headers = {"Access-Control-Allow-Origin": "*"}
        self.reply(int(fields["success_action_status"]), headers)

    def list_objects(self) -> None:
        after = self.query.get("continuation-token", "")
        keys = sorted(
            key
            for key in self.fake.objects
            if key.startswith(self.query["prefix"]) and key > after
        )
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{self.fake.objects[key]['size']}</Size>"
            f"<ETag>{escape(self.fake.objects[key]['etag'])}</ETag>"
            f"<LastModified>{iso(self.fake.objects[key]['modified'])}</LastModified></Contents>"
            for key in keys[: self.fake.page]
        )
        self.pages("ListBucketResult", keys, rows, "NextContinuationToken")

    def list_uploads(self) -> None:
        ids = sorted(
            each
            for each, upload in self.fake.uploads.items()
            if upload["key"].startswith(self.query["prefix"])
            and each > self.query.get("upload-id-marker", "")
        )
        rows = "".join(
            f"<Upload><Key>{escape(self.fake.uploads[each]['key'])}</Key>"
            f"<UploadId>{each}</UploadId>"
            f"<Initiated>{iso(self.fake.uploads[each]['initiated'])}</Initiated></Upload>"
            for each in ids[: self.fake.page]
        )
        rows += "<NextKeyMarker>x</NextKeyMarker>"
        self.pages("ListMultipartUploadsResult", ids, rows, "NextUploadIdMarker")

    def pages(self, name: str, names: list[str], rows: str, marker: str) -> None:
        more = str(len(names) > self.fake.page).lower()
        last = escape(names[: self.fake.page][-1]) if names else ""
        self.xml(
            name, f"<IsTruncated>{more}</IsTruncated><{marker}>{last}</{marker}>{rows}"
        )

    def save(self, data: bytes) -> dict:
        path = self.fake.folder / secrets.token_hex(8)
        path.write_bytes(data)
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        return {"path": str(path), "size": len(data), "etag": etag, "modified": now()}

    def meta(self) -> dict[str, str]:
        return {
            k: v for k, v in self.headers.items() if k.lower()[:11] == "x-amz-meta-"
        }

    def xml(self, name: str, text: str) -> None:
        body = f'<?xml version="1.0"?>\n<{name}>{text}</{name}>'.encode()
        self.reply(200, {"Content-Type": "application/xml"}, body)

    def fail(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code></Error>".encode()
        self.reply(status, {"Content-Type": "application/xml"}, body)

    def reply(
        self,
        status: int,
        headers: dict | None = None,
        body: bytes | BinaryIO = b"",
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        rest = len(body) if length is None else length
        self.send_header("Content-Length", str(rest))
        self.end_headers()
        if self.command == "HEAD":
            return
        if isinstance(body, bytes):
            self.wfile.write(body)
            return
        while rest and (data := body.read(min(rest, 1024 * 1024))):
            self.wfile.write(data)
            rest -= len(data)


def now() -> float:
    return time.time()


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
