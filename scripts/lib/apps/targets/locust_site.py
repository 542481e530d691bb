"""Locust's web interface with one class of users, without its own server."""

import sys

from locust import HttpUser, task
from locust.env import Environment
from locust.web import WebUI


class Reader(HttpUser):
    """A user who reads one page."""

    host = "http://127.0.0.1:9"

    @task
    def read(self) -> None:
        """Read it."""
        self.client.get("/")


# Its pages show the options that its parser finds in the command line.
sys.argv = ["locust"]
environment = Environment(user_classes=[Reader])
environment.create_local_runner()
app = WebUI(environment, "127.0.0.1", 0, delayed_start=True).app
