"""Unsafe connections to services are reported, without passwords."""

import pytest
from flask import Flask

from carboy.checks.deploy import services as deploy_services
from carboy.checks.deploy.rule import DeployContext
from carboy.core import Process, registry_of

RULES = {rule.id: rule for rule in deploy_services.RULES}

MISTAKES = {
    "core.E050": {"DATABASE_URL": "postgresql://shop:postgres@db/shop"},
    "core.W051": {"DATABASE_URL": "mysql+pymysql://root:Xk83mmQp@db/shop"},
    "core.W052": {"DATABASE_URL": "postgresql://shop:Xk83mmQp@db.cloud.example/shop"},
    "core.E053": {"CACHE_URL": "redis://cache.cloud.example/0"},
    "core.W054": {"DATABASE_URL": "sqlite:///shop.db", "CACHE_URL": "redis://redis/0"},
    "core.E057": {"SESSION_SERIALIZATION_FORMAT": "pickle"},
}
GOOD = [
    {},
    {"DATABASE_URL": "postgresql://shop:Xk83mmQp@db/shop"},
    {"DATABASE_URL": "postgresql://shop@localhost/shop"},
    {"DATABASE_URL": "postgresql://shop:Xk83mmQp@10.0.0.7/shop"},
    {
        "DATABASE_URL": "postgresql://shop:Xk83mmQp@db.cloud.example/shop?sslmode=require"
    },
    {"CACHE_URL": "rediss://:Xk83mmQp@cache.cloud.example/0"},
    {"DATABASE_URL": "sqlite:///shop.db", "CACHE_URL": "redis://127.0.0.1/0"},
]


@pytest.fixture
def app(tmp_path):
    return Flask("shop", root_path=str(tmp_path))


def ids(app, folder):
    site = DeployContext(app, folder, {})
    return [rule.id for rule in deploy_services.RULES if rule.check(site)]


@pytest.mark.parametrize("config", GOOD, ids=str)
def test_safe_services_are_not_reported(app, tmp_path, config):
    app.config.update(config)

    assert ids(app, tmp_path) == []


@pytest.mark.parametrize("rule", MISTAKES)
def test_a_mistake_is_reported_without_its_password(app, tmp_path, rule):
    app.config.update(MISTAKES[rule])

    assert ids(app, tmp_path) == [rule]
    text = str(RULES[rule].check(DeployContext(app, tmp_path, {})))
    assert "Xk83mmQp" not in text


def test_a_worker_that_is_not_started_is_reported(app, tmp_path):
    registry_of(app).processes.append(Process("worker", ("worker",)))
    compose = tmp_path / "compose.yaml"
    compose.write_text("services: {web: {}}\n")

    assert ids(app, tmp_path) == ["core.W055"]

    compose.write_text("services: {web: {}, worker: {}}\n")
    assert ids(app, tmp_path) == []


def test_a_debug_toolbar_is_reported(app, tmp_path):
    app.extensions["debugtoolbar"] = object()

    assert ids(app, tmp_path) == ["core.E056"]


def test_every_rule_is_tested():
    assert {*MISTAKES, "core.W055", "core.E056"} == set(RULES)
