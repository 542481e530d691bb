"""The values of generated tests fit their fields."""

from carboy.cli.generate import samples
from carboy.cli.generate.fields import parse_fields
from carboy.cli.generate.names import parse_name


def test_values_fit_length_digits_and_members():
    fields = parse_fields(["code:string:3", "price:decimal:2.2", "state:enum:new,old"])

    assert dict(samples.list_entered(fields)) == {
        "code": '"Exa"',
        "price": '"0.55"',
        "state": '"new"',
    }


def test_two_references_to_one_model_share_a_row():
    fields = parse_fields(["author:references:User", "editor:references:User"])

    assert samples.list_targets(fields) == {"User": "author"}
    assert "editor=author" in samples.render_stored(
        parse_name("book"), fields, set(), "shop.books.models"
    )


def test_what_a_model_needs_is_read_from_its_source(site):
    assert samples.find_sample(site, "Note") == 'text="Example"'
    assert samples.find_sample(site, "Nothing") == ""
