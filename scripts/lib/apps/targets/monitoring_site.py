"""A site whose views Flask-MonitoringDashboard replaces by wrappers that measure."""

import os

import flask_monitoringdashboard as dashboard
from flask import Flask, abort, request

STATE = os.environ["STATE"]
dashboard.config.database_name = f"sqlite:///{STATE}/dashboard.db"
dashboard.config.monitor_level = 3

app = Flask("monitoring_site")
app.secret_key = "a key of this proof"


@app.route("/")
def home():
    """Return a word."""
    return "home"


@app.route("/work/<int:count>", methods=["GET", "POST"])
def work(count):
    """Return a sum and a form."""
    return {"sum": sum(range(count % 1000)), "form": request.form}


@app.route("/fails")
def fails():
    """Answer with an error."""
    abort(418)


dashboard.bind(app, schedule=False)
