"""The addresses of the known services lead to the right hosts and regions."""

import pytest

from carboy.errors import SettingsError
from carboy.uploads.errors import InvalidKeyError
from carboy.uploads.storages.s3_address import parse_address
from carboy.uploads.storages.s3_signature import Credentials

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hush"}


@pytest.mark.parametrize(
    ("address", "url", "region"),
    [
        ("//bucket", "https://bucket.s3.us-east-1.amazonaws.com", "us-east-1"),
        (
            "//bucket?region=eu-central-1",
            "https://bucket.s3.eu-central-1.amazonaws.com",
            "eu-central-1",
        ),
        (
            "//bucket?endpoint=http://127.0.0.1:9000",
            "http://127.0.0.1:9000/bucket",
            "us-east-1",
        ),
        (
            "//bucket?endpoint=https://abc.r2.cloudflarestorage.com",
            "https://abc.r2.cloudflarestorage.com/bucket",
            "auto",
        ),
        (
            "//bucket?endpoint=https://oss-cn-hangzhou.aliyuncs.com",
            "https://bucket.oss-cn-hangzhou.aliyuncs.com",
            "cn-hangzhou",
        ),
        (
            "//bucket?endpoint=https://oss-cn-hangzhou-internal.aliyuncs.com:443",
            "https://bucket.oss-cn-hangzhou-internal.aliyuncs.com",
            "cn-hangzhou",
        ),
        (
            "//bucket-125?endpoint=https://cos.ap-guangzhou.myqcloud.com",
            "https://bucket-125.cos.ap-guangzhou.myqcloud.com",
            "ap-guangzhou",
        ),
        (
            "//bucket?endpoint=https://minio.shop.example&style=host&region=x",
            "https://bucket.minio.shop.example",
            "x",
        ),
    ],
)
def test_addresses_of_services(address, url, region):
    parsed = parse_address(address, KEYS)

    assert (parsed.url, parsed.region) == (url, region)


def test_a_prefix_and_a_key_before_the_bucket_are_read():
    parsed = parse_address("//other:a%2Fb@bucket/site/files/", {})

    assert parsed.prefix == "site/files/"
    assert parsed.credentials.access_key == "other"
    assert parsed.credentials == Credentials("other", "a/b")
    assert "a/b" not in repr(parsed)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "must name a bucket"),
        ("bucket", "must name a bucket"),
        ("//B_ad", "must name a bucket"),
        ("//bucket?enpoint=x", "has no option 'enpoint'"),
        ("//bucket?style=virtual", "style=path or style=host"),
        ("//bucket?endpoint=minio:9000", "must be a URL"),
        ("//bucket?endpoint=https://host/path", "must be a URL"),
        ("//bucket?endpoint=https://key:hush@host", "must be a URL"),
    ],
)
def test_a_wrong_address_says_what_to_do_and_no_secret(address, message):
    with pytest.raises(SettingsError, match=message) as caught:
        parse_address(address, KEYS)

    assert "hush" not in str(caught.value)


def test_a_missing_key_names_its_variables():
    with pytest.raises(SettingsError, match="AWS_SECRET_ACCESS_KEY"):
        parse_address("//bucket", {"AWS_ACCESS_KEY_ID": "key"})


def test_a_prefix_that_is_no_key_is_refused():
    with pytest.raises(InvalidKeyError):
        parse_address("//bucket/../x", KEYS)


@pytest.mark.parametrize(
    ("host", "header"),
    [
        ("oss-cn-hangzhou.aliyuncs.com", "x-oss-forbid-overwrite"),
        ("cos.ap-guangzhou.myqcloud.com", "x-cos-forbid-overwrite"),
        ("minio.internal", "if-none-match"),
    ],
)
def test_each_service_is_asked_in_its_own_way_not_to_replace(host, header):
    parsed = parse_address(f"//bucket?endpoint=https://{host}", KEYS)

    assert dict(parsed.only_new).keys() == {header}
