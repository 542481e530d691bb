"""A column holds attachments of its rules."""

import pytest
import sqlalchemy as sa

from carboy.uploads import AttachmentType, Image, UploadError, attachment
from carboy.uploads.attachment import AttachedFile, FileDetails


def test_a_declaration_is_a_column_of_text():
    column = attachment(Image, max_size="2 MB", nullable=False).column

    assert isinstance(column.type, AttachmentType)
    assert not column.nullable
    assert column.type.rules.max_size == 2 * 1024 * 1024
    assert (
        str(column.type.dialect_impl(sa.create_engine("sqlite://").dialect)) == "TEXT"
    )


def test_two_types_with_other_rules_make_the_same_statements():
    one, two = AttachmentType(), attachment(Image).column.type

    assert one._static_cache_key == two._static_cache_key


@pytest.mark.parametrize("value", ["a.txt", b"x", 1])
def test_other_values_are_refused(value):
    with pytest.raises(UploadError, match="An attachment column cannot hold"):
        AttachmentType().process_bind_param(value, None)


def test_an_attachment_is_its_text():
    file = AttachedFile(FileDetails("a.b/cd/e", "a", 1, "binary", ""))

    text = AttachmentType().process_bind_param(file, None)

    assert AttachmentType().process_result_value(text, None) == file
    assert AttachmentType().process_bind_param(None, None) is None
    assert AttachmentType().process_result_value(None, None) is None
