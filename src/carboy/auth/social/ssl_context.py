"""The context of TLS that all clients of providers share."""

import functools
import ssl


@functools.cache
def get_ssl_context() -> ssl.SSLContext:
    """Return the context, which verifies hosts: certificates are read once."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)
