"""If this passes, all clients of providers share one context, which verifies hosts."""

import ssl
import time

from carboy.auth.social.provider_clients import make_client


def test_clients_read_the_certificates_once_and_verify_hosts(providers, monkeypatch):
    made = [make_client(providers["oidc"], time.time)]
    # A second one reads nothing: to do so takes longer than the rest of a login.
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", None)
    made.append(make_client(providers["github"], time.time))

    for client in made:
        with client:
            context = client.http._transport._pool._ssl_context
            assert context.verify_mode is ssl.CERT_REQUIRED
            assert context.check_hostname
