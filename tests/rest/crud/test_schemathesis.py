"""Generated requests to operations on rows: no fault, no broken promise."""

import tempfile
from typing import Annotated

import schemathesis
from hypothesis import HealthCheck, settings
from msgspec import Meta, field
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.rest.crud.shop import BookIn, make_shop
from tests.rest.test_schemathesis import EXAMPLES

Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class BoundedBookIn(BookIn, kw_only=True):
    """A book whose document says what the columns hold."""

    pages: Number | None = None
    author_id: Number | None = None
    tags: list[Number] = field(default_factory=list)


folder = tempfile.mkdtemp()
app = make_shop(f"sqlite:///{folder}/shop.db", folder, write=BoundedBookIn)
schema = schemathesis.openapi.from_wsgi("/-/openapi.json", app)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES < 100,
)
def test_rows_keep_what_the_document_promises(case):
    response = case.call()
    excluded = [positive_data_acceptance] if is_reused_key(response) else []
    case.validate_response(response, excluded_checks=excluded)


def is_reused_key(response):
    """Return whether an earlier request had the same key."""
    if response.status_code != 422:
        return False
    codes = [(error["path"], error["code"]) for error in response.json()["errors"]]
    return codes == [("/Idempotency-Key", "reused")]
