"""Subjects differ by case, and a provider is listed and removed as one."""

from carboy.auth.social import Identity


def test_subjects_of_another_case_are_other_people(identities):
    identities.add("1", Identity("wechat", "oAbC"))

    assert identities.find_owner(Identity("wechat", "oAbC")) == "1"
    assert identities.find_owner(Identity("wechat", "oabc")) is None


def test_a_provider_is_unlinked_with_all_its_subjects(identities):
    person = Identity("wechat", "unionid:u", name="Ann", aliases=("a:1", "b:2"))
    identities.add("1", person)

    assert [each.label for each in identities.list("1")] == ["Ann"]
    assert not identities.remove("2", "wechat")
    assert identities.remove("1", "wechat")
    assert identities.find_owner(person) is None
