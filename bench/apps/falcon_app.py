"""Falcon, WSGI and ASGI."""

import falcon
import falcon.asgi


class Json:
    """A resource."""

    def on_get(self, req, resp):
        """Return JSON."""
        resp.media = {"message": "Hello, World!"}


class JsonAsync:
    """The same for ASGI."""

    async def on_get(self, req, resp):
        """Return JSON."""
        resp.media = {"message": "Hello, World!"}


app = falcon.App()
app.add_route("/json", Json())
asgi = falcon.asgi.App()
asgi.add_route("/json", JsonAsync())
