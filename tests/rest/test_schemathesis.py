"""Generated requests: no fault, and no answer that the document does not promise.

The long form is `make schemathesis`.
"""

import os

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.rest.library import make_api
from tests.rest.shelf import make_shelf

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "15"))
app = Flask("library")
app.config["REST_DOCS"] = "always"
make_api(broken=False).init_app(app)
make_shelf(app)
schema = schemathesis.openapi.from_wsgi("/-/openapi.json", app)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES < 100,
)
def test_the_api_keeps_what_its_document_promises(case):
    # In a form every value is a text, so a number is no wrong one.
    is_form = "form" in (case.media_type or "")
    case.call_and_validate(excluded_checks=[negative_data_rejection] if is_form else [])


def test_the_document_is_read_whole():
    names = [result.ok().label for result in schema.get_all_operations()]

    assert len(names) >= 15
