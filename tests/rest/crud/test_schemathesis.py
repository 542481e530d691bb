"""Generated requests to operations on rows: no fault, no broken promise."""

import tempfile

import schemathesis
from hypothesis import HealthCheck, settings

from tests.rest.crud.shop import make_shop
from tests.rest.test_schemathesis import EXAMPLES

folder = tempfile.mkdtemp()
app = make_shop(f"sqlite:///{folder}/shop.db", folder)
schema = schemathesis.openapi.from_wsgi("/-/openapi.json", app)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES < 100,
)
def test_rows_keep_what_the_document_promises(case):
    case.call_and_validate()
