"""If this passes, an option that cannot be meant is named with its value."""

import subprocess

import pytest

from carboy.errors import SettingsError
from carboy.server import Limits, ServeOptions, Tls


def test_the_defaults_are_valid_and_safe():
    options = ServeOptions()

    assert options.bind == ("127.0.0.1:8000",)
    assert options.limits.header_timeout == 5
    assert options.limits.min_body_rate == 1024
    assert options.access_log == "off"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ServeOptions(threads=0), "threads must be 1 or more, got 0"),
        (lambda: ServeOptions(workers=-1), "workers must be 1 or more, got -1"),
        (lambda: ServeOptions(bind=()), "bind is empty"),
        (lambda: ServeOptions(access_log="xml"), "got 'xml'"),
        (lambda: ServeOptions(trusted_hosts=("http://a",)), "'http://a'"),
        (lambda: ServeOptions(trusted_hosts=("",)), "no host name"),
        (lambda: ServeOptions(trusted_proxies=("nginx",)), "'nginx'"),
        (lambda: ServeOptions(proxy_hops=0), "proxy_hops must be 1"),
        (lambda: ServeOptions(trusted_hosts=("[::x]",)), "no host name"),
        (lambda: Limits(header_timeout=float("inf")), "must be a finite number"),
        (lambda: Limits(header_timeout=0), "header_timeout must be 0.1"),
    ],
)
def test_wrong_values_are_shown(make, message):
    with pytest.raises(SettingsError, match=message.replace("(", r"\(")):
        ServeOptions(limits=options) if isinstance(
            options := make(), Limits
        ) else options


def test_an_ipv6_address_is_a_host_name_too():
    assert ServeOptions(trusted_hosts=("[::1]",)).trusted_hosts == ("[::1]",)


def test_static_folders_must_exist(tmp_path):
    ServeOptions(static=(("/static", tmp_path),))

    with pytest.raises(SettingsError, match="does not exist"):
        ServeOptions(static=(("/static", tmp_path / "missing"),))
    with pytest.raises(SettingsError, match="must begin with a slash"):
        ServeOptions(static=(("static", tmp_path),))


def test_certificates_must_be_readable(tmp_path):
    missing = Tls(tmp_path / "cert.pem", tmp_path / "key.pem")

    with pytest.raises(SettingsError, match=r"cert\.pem"):
        ServeOptions(tls=missing)


def make_certificate(folder, name, *words):
    files = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-days", "2", *words),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"),
            *("-out", files[0], "-keyout", files[1]),
        ],
        check=True,
        capture_output=True,
    )
    return files


def test_a_certificate_and_its_key_must_belong_together(tmp_path):
    one = make_certificate(tmp_path, "one", "-nodes")
    other = make_certificate(tmp_path, "other", "-passout", "pass:geheim")

    assert ServeOptions(tls=Tls(*one)).tls == Tls(*one)
    assert ServeOptions(tls=Tls(*other, "geheim")).tls == Tls(*other, "geheim")
    for wrong in (
        Tls(one[0], other[1], "geheim"),
        Tls(*other),
        Tls(*other, "wrong"),
        Tls(one[1], one[1]),
        Tls(*one, client_ca=one[1]),
    ):
        with pytest.raises(SettingsError, match="cannot be used: "):
            ServeOptions(tls=wrong)


def test_the_password_of_a_key_is_not_shown(tmp_path):
    assert "geheim" not in repr(Tls(tmp_path, tmp_path, "geheim"))
