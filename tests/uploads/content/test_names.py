"""Any text at all becomes a name that is safe to show and to save."""

import unicodedata

from hypothesis import given, strategies as st

from carboy.uploads.content.names import MAX_NAME, clean_name


@given(st.text(max_size=300))
def test_any_text_becomes_a_name(text):
    name = clean_name(text)

    assert name
    assert len(name.encode()) <= MAX_NAME
    assert clean_name(name) == name
    assert not set(name) & set('/\\<>:"|?*\r\n\0')
    assert name not in {".", ".."}
    assert not {unicodedata.category(each) for each in name} & {"Cc", "Cf", "Cs"}
