"""Fields are read in the words of Rails and Django; mistakes get the nearest word."""

import pytest

from carboy.cli.generate.fields import TYPES, FieldSpec, parse_field, parse_fields
from carboy.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("title", FieldSpec("title", "string", length=255)),
        ("title:string:80!", FieldSpec("title", "string", is_required=True, length=80)),
        ("title:string!:unique", FieldSpec("title", "string", True, True, length=255)),
        ("price:decimal", FieldSpec("price", "decimal", length=10, scale=2)),
        ("price:numeric:6.3", FieldSpec("price", "decimal", length=6, scale=3)),
        ("price:decimal:6", FieldSpec("price", "decimal", length=6, scale=0)),
        ("done:bool", FieldSpec("done", "boolean")),
        ("age:int:index", FieldSpec("age", "integer", is_indexed=True)),
        ("at:timestamp", FieldSpec("at", "datetime")),
        ("state:enum:new,old", FieldSpec("state", "enum", members=("new", "old"))),
        ("author:references", FieldSpec("author", "references", target="Author")),
        ("author_id:fk:Author", FieldSpec("author", "references", target="Author")),
        ("editor:belongs_to:User", FieldSpec("editor", "references", target="User")),
    ],
)
def test_a_field_is_read(text, field):
    assert parse_field(text) == field


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_is_accepted(kind):
    option = ":one,two" if kind == "enum" else ""

    assert parse_field(f"name:{kind}{option}").kind == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title:strng", "unknown type 'strng'. Did you mean string?"),
        ("title:datetim", "Did you mean datetime?"),
        ("title:nonsense", "Types: string, text"),
        ("class:string", "'class' is a keyword of Python.* Try: class_"),
        ("id:integer", "'id' cannot be a field"),
        ("metadata", "Try: metadata_value"),
        ("validate_x", "cannot be a field"),
        ("Title:string", "Try: title"),
        ("unit price", "Try: unit_price"),
        (":string", "does not begin with a name"),
        ("title:string:long", "An example is title:string:80"),
        ("title:string:80:90", "An example is title:string:80"),
        ("price:decimal:2.5", "more decimals than digits"),
        ("age:integer:7", "the option '7', which integer does not know"),
        ("state:enum", "needs its values"),
        ("state:enum:a,a", "the value 'a': it is there twice"),
        ("state:enum:a,class", "the value 'class': it is a keyword"),
        ("author:references:A:B", "needs one model"),
    ],
)
def test_a_mistake_is_shown_with_the_way_out(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_field(text)


def test_no_two_fields_have_the_same_name():
    with pytest.raises(ConfigError, match="two fields 'title'"):
        parse_fields(["title", "title:text"])
    with pytest.raises(ConfigError, match="two fields 'author_id'"):
        parse_fields(["author:references", "author_id:integer"])
