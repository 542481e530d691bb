"""A share that is none is refused with the way out."""

import pytest

from carboy.errors import SettingsError
from carboy.recorder import RecorderSettings


@pytest.mark.parametrize("share", [None, 0, 0.01, 1])
def test_shares(share):
    assert RecorderSettings(sample=share).sample == share


@pytest.mark.parametrize("share", [-0.1, 1.01, 50])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(SettingsError, match=f"from 0 to 1, got {share}"):
        RecorderSettings(sample=share)
