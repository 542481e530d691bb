"""Policies decide by the nearest class, refuse by default and never by accident."""

import random

import pytest
from werkzeug.exceptions import Unauthorized

from carboy.auth.access import (
    AccessDeniedError,
    PolicyError,
    UnknownActionError,
    authorize,
    can,
    policies as module,
)
from carboy.auth.access.policies import PolicyRegistry
from tests.auth.credentials_fixtures import Person


class Post:
    author = "ann"


class Article(Post):
    pass


class Comment:
    pass


@pytest.fixture
def registry(monkeypatch):
    registry = PolicyRegistry()
    monkeypatch.setattr(module, "policies", registry)
    return registry


def _is_author(user: Person, post: Post) -> bool:
    return post.author == user.id


def test_a_policy_decides_for_each_object(registry):
    registry.policy("edit", Post)(_is_author)

    assert registry.is_allowed(Person("ann"), "edit", Post())
    assert not registry.is_allowed(Person("bob"), "edit", Post())


def test_a_subclass_inherits_a_policy_unless_it_has_its_own(registry):
    registry.policy("edit", Post)(_is_author)

    assert registry.is_allowed(Person("ann"), "edit", Article())

    registry.policy("edit", Article)(lambda user, article: False)
    assert not registry.is_allowed(Person("ann"), "edit", Article())
    assert registry.is_allowed(Person("ann"), "edit", Post())


def test_a_class_without_a_policy_is_refused(registry):
    registry.policy("edit", Post)(_is_author)

    assert not registry.is_allowed(Person("ann"), "edit", Comment())
    assert not registry.is_allowed(Person("ann"), "edit")


def test_an_unknown_action_is_an_error_that_names_near_ones(registry):
    registry.policy("edit", Post)(_is_author)

    with pytest.raises(UnknownActionError, match="Did you mean: 'edit'"):
        registry.is_allowed(Person("ann"), "edti", Post())
    with pytest.raises(UnknownActionError, match="Known actions: 'edit'"):
        registry.is_allowed(Person("ann"), "zzz", Post())


def test_visitors_are_refused_without_a_call(registry):
    registry.policy("read", Post)(lambda user, post: True)
    registry.policy("list", Post, visitors=True)(lambda user: True)
    visitor = Person("", is_authenticated=False)

    assert not registry.is_allowed(visitor, "read", Post())
    assert not registry.is_allowed(None, "read", Post())
    assert registry.is_allowed(visitor, "list", Post)


@pytest.mark.parametrize("result", [1, "yes", None, [1], object()])
def test_a_result_that_is_no_bool_is_an_error(registry, result):
    registry.policy("edit", Post)(lambda user, post: result)

    with pytest.raises(PolicyError, match="neither True nor False"):
        registry.is_allowed(Person("ann"), "edit", Post())


@pytest.mark.parametrize("target", [Post, Article])
def test_a_policy_about_objects_cannot_be_asked_about_a_class(registry, target):
    registry.policy("edit", Post)(_is_author)

    with pytest.raises(PolicyError, match="def may\\(user\\)"):
        registry.is_allowed(Person("ann"), "edit", target)


def test_two_policies_for_one_action_and_class_are_refused(registry):
    registry.policy("edit", Post)(_is_author)
    registry.policy("edit", Post)(_is_author)

    with pytest.raises(PolicyError, match="Two policies"):
        registry.policy("edit", Post)(lambda user, post: True)


def test_a_policy_must_be_a_plain_function_of_one_or_two_parameters(registry):
    async def later(user, post):
        return True

    with pytest.raises(PolicyError, match="must not be async"):
        registry.policy("edit", Post)(later)
    with pytest.raises(PolicyError, match="has 0 parameters"):
        registry.policy("edit", Post)(lambda: True)


def test_the_current_user_is_asked_about(registry, context):
    registry.policy("edit", Post)(_is_author)
    context.person = Person("ann")

    assert can("edit", Post())
    assert not can("edit", Post(), user=Person("bob"))
    assert not can("edit", Post(), user=None)
    authorize("edit", Post())


def test_authorize_asks_a_visitor_to_log_in_and_refuses_others(registry, context):
    registry.policy("edit", Post)(_is_author)

    with pytest.raises(Unauthorized):
        authorize("edit", Post())
    context.person = Person("bob")
    with pytest.raises(AccessDeniedError) as refused:
        authorize("edit", Post())
    assert refused.value.code == 403


@pytest.mark.parametrize("seed", range(20))
def test_random_trees_of_classes_ask_the_nearest_policy(seed):
    rng = random.Random(seed)
    registry = PolicyRegistry()
    classes = [type("Root", (), {})]
    for number in range(12):
        classes.append(type(f"C{number}", (rng.choice(classes),), {}))
    answers = {}
    for kind in rng.sample(classes, 6):
        answer = answers[kind] = rng.random() < 0.5
        registry.policy("do", kind)(_constant(answer))

    for kind in classes:
        nearest = next((k for k in kind.__mro__ if k in answers), None)
        expected = answers[nearest] if nearest else False
        assert registry.is_allowed(Person("x"), "do", kind()) is expected, seed


def _constant(answer):
    def may(user, thing):
        return answer

    return may
