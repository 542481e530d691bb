"""Moto's server for all services, as `moto_server` builds it."""

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)

app = DomainDispatcherApplication(create_backend_app)
s3 = create_backend_app("s3")
