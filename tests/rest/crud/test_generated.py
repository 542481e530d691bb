"""Generated requests to the rows of ten models that a seed drew: no broken promise.

The long form is `make schemathesis`, which draws other models with SCHEMATHESIS_SEED.
"""

import os
import tempfile

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.rest.crud.generated import make_site
from tests.rest.crud.test_schemathesis import is_reused_key
from tests.rest.test_schemathesis import EXAMPLES

SEED = int(os.environ.get("SCHEMATHESIS_SEED", "1"))
IS_LONG = EXAMPLES >= 100
folder = tempfile.mkdtemp()
app = make_site(SEED, f"sqlite:///{folder}/generated.db", folder)
schema = schemathesis.openapi.from_wsgi("/-/openapi.json", app)
# The short form tells that the parts fit together.
FEW = EXAMPLES if IS_LONG else 2
CHECKED = settings(
    max_examples=FEW,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not IS_LONG,
)


@schema.parametrize()
@CHECKED
def test_rows_of_generated_models_keep_what_the_document_promises(case):
    response = case.call()
    is_refused = is_reused_key(response) or has_no_utc(response)
    excluded = [positive_data_acceptance] if is_refused else []
    case.validate_response(response, excluded_checks=excluded)


def has_no_utc(response):
    """Return whether a moment is refused because its year in UTC would be 0 or 10000.

    A document cannot say that: the format of JSON Schema allows it.
    """
    if response.status_code != 422:
        return False
    reasons = [error["message"] for error in response.json()["errors"]]
    return reasons == ["In UTC this is outside of the years 1 to 9999."]


def test_sequences_of_requests_keep_what_the_document_promises():
    machine = schema.as_state_machine()

    machine.run(settings=settings(CHECKED, max_examples=FEW, stateful_step_count=4))
