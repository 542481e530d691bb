# ruff: noqa: D101, D102, D103, D106, S311 - as Django names it; no secrets
"""Django with its own ORM, persistent connections and no middleware."""

import sys
from random import randint, sample
from typing import Any
from urllib.parse import urlsplit

# The drivers come from the environment that runs the others; all else from this one.
sys.path.append(sys.argv[3])

import django
from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import path
from measure import PAGE, QUERIES, WORLDS, tell

parts = urlsplit(sys.argv[1])
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": parts.path[1:],
    "CONN_MAX_AGE": None,
}
POSTGRESQL = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": parts.path[1:],
    "HOST": parts.hostname,
    "PORT": parts.port,
    "USER": parts.username,
    "PASSWORD": parts.password,
    "CONN_MAX_AGE": None,
}
settings.configure(
    DATABASES={"default": SQLITE if parts.scheme == "sqlite" else POSTGRESQL},
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

FORTUNES = engines["django"].from_string(
    "<!doctype html><title>Fortunes</title><table>"
    "{% for f in fortunes %}<tr><td>{{ f.id }}<td>{{ f.message }}{% endfor %}</table>"
)


class World(models.Model):
    id = models.AutoField(primary_key=True)
    randomnumber = models.IntegerField()

    class Meta:
        app_label, db_table = "bench", "world"

    def to_dict(self) -> dict[str, int]:
        return {"id": self.id, "randomNumber": self.randomnumber}


class Fortune(models.Model):
    id = models.AutoField(primary_key=True)
    message = models.CharField(max_length=2048)

    class Meta:
        app_label, db_table = "bench", "fortune"


def single(_request: Any) -> JsonResponse:
    return JsonResponse(World.objects.get(id=randint(1, WORLDS)).to_dict())


def queries(_request: Any) -> JsonResponse:
    worlds = [World.objects.get(id=randint(1, WORLDS)) for _ in range(QUERIES)]
    return JsonResponse([world.to_dict() for world in worlds], safe=False)


def fortunes(_request: Any) -> HttpResponse:
    results = list(Fortune.objects.all())
    results.append(Fortune(id=0, message="Additional fortune added at request time."))
    results.sort(key=lambda fortune: fortune.message)
    return HttpResponse(FORTUNES.render({"fortunes": results}))


def updates(_request: Any) -> JsonResponse:
    worlds = [
        World.objects.get(id=number)
        for number in sorted(sample(range(1, WORLDS + 1), QUERIES))
    ]
    for world in worlds:
        world.randomnumber = randint(1, WORLDS)
    World.objects.bulk_update(worlds, ["randomnumber"])
    return JsonResponse([world.to_dict() for world in worlds], safe=False)


def page(_request: Any) -> JsonResponse:
    results = World.objects.filter(randomnumber__gt=500).order_by("id")
    rows = results[3 * PAGE : 4 * PAGE]
    return JsonResponse([world.to_dict() for world in rows], safe=False)


def counted(_request: Any) -> JsonResponse:
    results = World.objects.filter(id__lte=10 * PAGE).order_by("id")
    pages = Paginator(results, PAGE)
    rows = [world.to_dict() for world in pages.page(4)]
    return JsonResponse([rows, pages.count], safe=False)


def again(_request: Any) -> JsonResponse:
    results = [World.objects.get(id=7) for _ in range(QUERIES)]
    return JsonResponse(results[0].to_dict())


def nothing(_request: Any) -> JsonResponse:
    return JsonResponse({})


urlpatterns = [
    path(view.__name__, view)
    for view in (single, queries, fortunes, updates, page, counted, again, nothing)
]

if __name__ == "__main__":
    from django.core.wsgi import get_wsgi_application

    tell(get_wsgi_application())
