"""Connections are used again, and TLS is verified."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from carboy.mail.mail_url import parse_mail_url
from carboy.mail.mailers import Envelope, open_mailer
from tests.mail.smtp_server import serve_smtp

MAIL = Envelope("m1", "s@b.co", ("a@b.co",), b"x")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509
        .CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("query", "state"),
    [("ca={}", "sent"), ("verify=false", "sent"), ("timeout=5", "temporary")],
)
def test_a_server_without_a_known_certificate_has_no_mail(
    certificate: Path, query: str, state: str
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serve_smtp(context) as server:
        query = query.format(certificate)
        url = f"smtp://127.0.0.1:{server.port}?starttls=true&{query}"
        mailer = open_mailer(parse_mail_url(url))

        outcome = mailer.send(MAIL, lambda: None)
        mailer.close()

        assert outcome.state == state, outcome
        assert len(server.accepted) == (state == "sent")


def test_nothing_is_sent_in_plain_text_if_the_server_has_no_tls():
    with serve_smtp() as server:
        url = f"smtp://127.0.0.1:{server.port}?starttls=true"

        outcome = open_mailer(parse_mail_url(url)).send(MAIL, lambda: None)

        assert outcome.state == "temporary"
        assert server.accepted == []


def test_a_kept_connection_that_was_closed_is_replaced():
    with serve_smtp() as server:
        mailer = open_mailer(parse_mail_url(f"smtp://127.0.0.1:{server.port}"))
        for _ in range(3):
            assert mailer.send(MAIL, lambda: None).state == "sent"
        assert server.connections == 1
        server.script = lambda step, argument: "close" if step == "MAIL" else None
        assert mailer.send(MAIL, lambda: None).state == "temporary"
        server.script = lambda step, argument: None
        assert mailer.send(MAIL, lambda: None).state == "sent"
        mailer.close()

    assert len(server.accepted) == 4
