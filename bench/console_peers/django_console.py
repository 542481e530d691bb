"""The same tables in Django's admin."""
# ruff: noqa: E402 - Django has to be set up before its models are imported

import os
from collections.abc import Callable
from http import HTTPStatus

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="k" * 50,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    STATIC_URL="/static/",
    LANGUAGE_CODE="en",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_FILE"],
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import path


class Author(models.Model):
    """Who wrote articles."""

    name = models.CharField(max_length=80)

    class Meta:
        """An existing table."""

        app_label, db_table, managed = "auth", "author", False

    def __str__(self) -> str:
        """Return what lists show."""
        return self.name


class Article(models.Model):
    """What the console lists."""

    title = models.CharField(max_length=120)
    views = models.IntegerField()
    rating = models.IntegerField()
    published = models.BooleanField()
    author = models.ForeignKey(Author, models.DO_NOTHING)

    class Meta:
        """An existing table."""

        app_label, db_table, managed = "auth", "article", False


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """The list of articles."""

    list_display = ("title", "views", "rating", "published", "author")
    list_select_related = ("author",)
    list_per_page = 50
    search_fields = ("title",)


urlpatterns = [path("admin/", admin.site.urls)]


def open_console() -> Callable[[str], bytes]:
    """Return what fetches a page as a user who is logged in."""
    call_command("migrate", verbosity=0)
    user = User.objects.filter(username="boss").first()
    if user is None:
        user = User.objects.create_superuser("boss", "boss@example.org", "secret")
    client = Client()
    client.force_login(user)

    def fetch(url: str) -> bytes:
        answer = client.get(url)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(url, answer.status_code)
        return bytes(answer.content)

    return fetch
