"""What the fake S3 refuses: signatures, written again from the documentation of AWS."""

import base64
import hashlib
import hmac
import io
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from urllib.parse import quote

from werkzeug.formparser import parse_form_data

KEY, SECRET, REGION, BUCKET = "AKTEST", "s3cr3t/for+tests=", "eu-test-1", "bucket"
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(.+),SignedHeaders=(.+),Signature=(\w+)"
)
_DENIED = 403, "AccessDenied"


def check_signature(
    method: str, path: str, query: Mapping[str, str], headers: Message, body: bytes
) -> tuple[int, str]:
    """Return status and code of an error; no code if a request is signed."""
    parameters = dict(query)
    given = parameters.pop("X-Amz-Signature", "")
    if given:
        date, credential = query["X-Amz-Date"], query["X-Amz-Credential"]
        names, payload = query["X-Amz-SignedHeaders"].split(";"), "UNSIGNED-PAYLOAD"
        made = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if time.time() - made.timestamp() > int(query["X-Amz-Expires"]):
            return _DENIED
    else:
        found = _HEADER.fullmatch(headers.get("Authorization", ""))
        if not found:
            return _DENIED
        credential, given, names = found[1], found[3], found[2].split(";")
        date, payload = headers["x-amz-date"], headers["x-amz-content-sha256"]
        if hashlib.sha256(body).hexdigest() != payload:
            return 400, "XAmzContentSHA256Mismatch"
        # Each header of AWS must be signed.
        if not {name.lower() for name in headers if name[:6].lower() == "x-amz-"} <= {
            *names
        }:
            return _DENIED
    pairs = sorted((_quote(name), _quote(value)) for name, value in parameters.items())
    canonical = "\n".join([
        method,
        path,
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{headers[name].strip()}" for name in names),
        "",
        ";".join(names),
        payload,
    ])
    scope = f"{date[:8]}/{REGION}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    expected = sign(f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}", date)
    if credential != f"{KEY}/{scope}" or given != expected:
        return 403, "SignatureDoesNotMatch"
    return 200, ""


def check_form(body: bytes, content_type: str) -> tuple[dict[str, str], bytes, str]:
    """Return fields and file of a form, and the code of an error."""
    _, form, files = parse_form_data({
        "REQUEST_METHOD": "POST",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
    })
    fields = {name.lower(): value for name, value in form.items()}
    data = files["file"].read()
    files["file"].close()
    policy = json.loads(base64.b64decode(fields["policy"]))
    is_right = fields["x-amz-signature"] == sign(fields["policy"], fields["x-amz-date"])
    is_right &= datetime.fromisoformat(policy["expiration"]) > datetime.now(UTC)
    allowed = {"policy", "x-amz-signature"}
    for condition in policy["conditions"]:
        if isinstance(condition, dict):
            [(name, value)] = condition.items()
            allowed.add(name)
            is_right &= value == (BUCKET if name == "bucket" else fields.get(name))
        elif not condition[1] <= len(data) <= condition[2]:
            return fields, data, "EntityTooLarge"
    is_right &= allowed >= set(fields)
    return fields, data, "" if is_right else "AccessDenied"


def sign(text: str, date: str) -> str:
    """Return the signature of a text."""
    key = f"AWS4{SECRET}".encode()
    for part in (date[:8], REGION, "s3", "aws4_request", text):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def _quote(text: str) -> str:
    return quote(text, safe="-._~")
