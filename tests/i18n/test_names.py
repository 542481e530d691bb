"""Names of languages."""

import pytest
from hypothesis import given, strategies as st

from carboy.errors import SettingsError
from carboy.i18n.names import (
    check_language,
    list_folders,
    match,
    match_header,
    name_in_itself,
    parse_locale,
    to_tag,
)

OFFERED = ("en", "zh-CN", "zh-TW", "de")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("en-GB", "en"),
        ("zh", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh_HK", "zh-TW"),
        ("DE", "de"),
        ("fr", None),
        ("", None),
        ("../../etc", None),
        ("zh-" + "x" * 99, None),
    ],
)
def test_the_offered_language_that_fits_best(wanted, found):
    assert match(wanted, OFFERED) == found


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("de;q=0.5, zh-CN", "zh-CN"),
        ("fr, de;q=0.3", "de"),
        ("zh-CN;q=0, de", "de"),
        ("*, de", None),
        ("", None),
        (";;;q=q,=,", None),
        ("de;q=nonsense", None),
    ],
)
def test_the_language_that_a_header_prefers(header, found):
    assert match_header(header, OFFERED) == found


@given(st.text(max_size=200))
def test_no_text_breaks_names_and_headers(text):
    assert match(text, OFFERED) in {None, *OFFERED}
    assert match_header(text, OFFERED) in {None, *OFFERED}


def test_names_are_written_as_in_html():
    assert to_tag("zh_hans_cn") == "zh-Hans-CN"
    assert check_language("pt_br", "LANGUAGES") == "pt-BR"


def test_a_wrong_name_in_a_setting_is_named():
    with pytest.raises(SettingsError, match=r"LANGUAGES contains 'klingon'.*zh-CN"):
        check_language("klingon", "LANGUAGES")


def test_an_unknown_language_is_an_error():
    with pytest.raises(ValueError, match="Babel does not know"):
        parse_locale("qq-XX")


def test_folders_go_from_general_to_special():
    folders = list_folders("zh-CN")
    assert folders[0] == "zh"
    assert "zh_CN" in folders


def test_a_language_names_itself():
    assert name_in_itself("zh-CN") == "简体中文"
    assert name_in_itself("zh-TW") == "繁體中文"
    assert name_in_itself("de") == "Deutsch"
    assert name_in_itself("en-XA") == "Pseudo"
