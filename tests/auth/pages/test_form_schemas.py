"""The schema of a form has its fields, what is required, and the longest texts."""

from carboy.auth.pages.form_schemas import make_form_schema
from carboy.auth.pages.forms import DeleteForm, LoginForm, PasskeyForm
from tests.auth.conftest import Site


def test_fields_have_their_kinds(site: Site) -> None:
    with site.app.app_context():
        schema = make_form_schema(LoginForm)

    assert schema["required"] == ["login", "password"]
    assert schema["properties"]["login"] == {"type": "string", "maxLength": 254}
    assert schema["properties"]["remember"] == {"type": "boolean"}
    assert "csrf_token" not in schema["properties"]


def test_what_depends_on_the_account_is_not_required(site: Site) -> None:
    with site.app.app_context():
        schema = make_form_schema(DeleteForm, may_lack=True)

    assert "required" not in schema


def test_an_answer_of_an_authenticator_is_an_object_or_a_text(site: Site) -> None:
    with site.app.app_context():
        schema = make_form_schema(PasskeyForm, without={"trust"})

    assert schema["properties"]["answer"]["type"] == ["object", "string"]
    assert "trust" not in schema["properties"]
