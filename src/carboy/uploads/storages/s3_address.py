"""The address of a bucket, as UPLOADS_STORAGE has it.

`s3://bucket/prefix?endpoint=https://host&region=name&style=path`; the access key is in
the environment, under the names that the tools of AWS use, or before the bucket.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from carboy.errors import SettingsError

from .s3_signature import Credentials
from .storage import check_key

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_OPTIONS = {"endpoint", "region", "style"}
_EXAMPLE = "s3://bucket/prefix?endpoint=https://minio.internal:9000&region=us-east-1"
# Hosts that name their region, and whether the bucket belongs into the host.
_PROVIDERS = (
    (re.compile(r"s3[.-]([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"), "host", None),
    (re.compile(r"oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com"), "host", "oss"),
    (re.compile(r"cos\.([a-z0-9-]+)\.myqcloud\.com"), "host", "cos"),
)
_R2 = ".r2.cloudflarestorage.com"
# What a provider wants instead of `If-None-Match: *`.
_ONLY_NEW = {
    "oss": {"x-oss-forbid-overwrite": "true"},
    "cos": {"x-cos-forbid-overwrite": "true"},
}


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where a bucket is, and who may use it."""

    bucket: str
    prefix: str
    is_tls: bool
    # Host and port without the bucket.
    endpoint: str
    region: str
    has_bucket_in_host: bool
    credentials: Credentials
    # The headers of a request that must not replace a file.
    only_new: tuple[tuple[str, str], ...] = (("if-none-match", "*"),)

    @property
    def host(self) -> str:
        """The host and port that requests go to."""
        if self.has_bucket_in_host:
            return f"{self.bucket}.{self.endpoint}"
        return self.endpoint

    @property
    def root(self) -> str:
        """The path of the bucket, not encoded."""
        return "" if self.has_bucket_in_host else f"/{self.bucket}"

    @property
    def url(self) -> str:
        """The URL of the bucket."""
        return f"{'https' if self.is_tls else 'http'}://{self.host}{self.root}"


def parse_address(address: str, environ: Mapping[str, str]) -> S3Address:
    """Parse what follows `s3:`, or raise `SettingsError`; the secret is never shown."""
    location, _, query = address.removeprefix("//").partition("?")
    userinfo, _, place = location.rpartition("@")
    bucket, _, prefix = place.partition("/")
    if not address.startswith("//") or not _BUCKET.fullmatch(bucket):
        raise SettingsError(
            f"UPLOADS_STORAGE must name a bucket after s3://, got {bucket!r}. "
            f"Write it as {_EXAMPLE}."
        )
    prefix = prefix.strip("/")
    if prefix:
        check_key(prefix)
    options = dict(parse_qsl(query))
    for name in options.keys() - _OPTIONS:
        raise SettingsError(
            f"UPLOADS_STORAGE has no option {name!r} for S3. "
            f"It takes {', '.join(sorted(_OPTIONS))}."
        )
    region = options.get("region") or environ.get(
        "AWS_REGION", environ.get("AWS_DEFAULT_REGION", "")
    )
    endpoint = options.get("endpoint") or environ.get("AWS_ENDPOINT_URL_S3", "")
    is_tls, host = _parse_endpoint(endpoint, region or "us-east-1")
    found_region, style, provider = _find_provider(host)
    style = options.get("style", style)
    if style not in {"path", "host"}:
        raise SettingsError(
            f"UPLOADS_STORAGE must have style=path or style=host, got {style!r}."
        )
    only_new = _ONLY_NEW.get(provider or "", {"if-none-match": "*"})
    return S3Address(
        bucket,
        f"{prefix}/" if prefix else "",
        is_tls,
        host,
        region or found_region,
        style == "host",
        _find_credentials(userinfo, environ),
        tuple(only_new.items()),
    )


def _parse_endpoint(endpoint: str, region: str) -> tuple[bool, str]:
    """Return whether it uses TLS, and host and port as they go into `Host`."""
    parts = urlsplit(endpoint or f"https://s3.{region}.amazonaws.com")
    is_url = parts.scheme in {"http", "https"} and parts.hostname
    if not is_url or parts.path.strip("/") or parts.username:
        raise SettingsError(
            "The endpoint in UPLOADS_STORAGE must be a URL of a host, without a path "
            f"or a user. Write it as {_EXAMPLE}."
        )
    host = parts.netloc.lower()
    usual = ":443" if parts.scheme == "https" else ":80"
    return parts.scheme == "https", host.removesuffix(usual)


def _find_provider(host: str) -> tuple[str, str, str | None]:
    """Return region, style and kind that follow from a host."""
    if host.endswith(_R2):
        return "auto", "path", None
    for pattern, style, kind in _PROVIDERS:
        match = pattern.fullmatch(host)
        if match:
            return match[1], style, kind
    return "us-east-1", "path", None


def _find_credentials(userinfo: str, environ: Mapping[str, str]) -> Credentials:
    key, _, secret = userinfo.partition(":")
    if userinfo:
        credentials = Credentials(unquote(key), unquote(secret))
    else:
        credentials = Credentials(
            environ.get("AWS_ACCESS_KEY_ID", ""),
            environ.get("AWS_SECRET_ACCESS_KEY", ""),
            environ.get("AWS_SESSION_TOKEN") or None,
        )
    if not credentials.access_key or not credentials.secret_key:
        raise SettingsError(
            "UPLOADS_STORAGE needs an access key for S3. Set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY in the environment."
        )
    return credentials
