# ruff: noqa: D101, D106 - as Django names it
"""Django REST framework, with persistent connections and no middleware."""

import os
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.urls import path
from response_types import AUTHOR, FLAT, TAG

ENGINES = {"postgresql": "postgresql", "sqlite": "sqlite3"}
parts = urlsplit(os.environ["BENCH_URL"])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": f"django.db.backends.{ENGINES[parts.scheme]}",
            "NAME": parts.path[1:],
            "HOST": parts.hostname,
            "PORT": parts.port,
            "USER": parts.username,
            "PASSWORD": parts.password,
            "CONN_MAX_AGE": None,
        }
    },
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from rest_framework import generics, serializers  # noqa: E402 - after the settings


class Author(models.Model):
    name: Any = models.TextField()
    email: Any = models.TextField()

    class Meta:
        app_label, db_table = "bench", "author"


class Article(models.Model):
    title: Any = models.TextField()
    body: Any = models.TextField()
    views: Any = models.IntegerField()
    rating: Any = models.FloatField()
    published: Any = models.BooleanField()
    author: Any = models.ForeignKey(Author, models.CASCADE)

    class Meta:
        app_label, db_table = "bench", "article"


class Tag(models.Model):
    name: Any = models.TextField()
    article: Any = models.ForeignKey(Article, models.CASCADE, related_name="tags")

    class Meta:
        app_label, db_table = "bench", "tag"
        ordering = ("id",)


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Author, tuple(AUTHOR)


class TagSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Tag, tuple(TAG)


class FlatSerializer(serializers.ModelSerializer):
    class Meta:
        model = Article
        fields = tuple(FLAT)


class ArticleSerializer(FlatSerializer):
    author = AuthorSerializer()
    tags = TagSerializer(many=True)

    class Meta(FlatSerializer.Meta):
        fields = (*FlatSerializer.Meta.fields, "author", "tags")


class Nested(generics.ListAPIView):
    serializer_class = ArticleSerializer

    def get_queryset(self) -> Any:
        """Return articles with author and tags."""
        rows = Article.objects.order_by("id").select_related("author")
        return rows.prefetch_related("tags")[:20]


class Flat(generics.ListAPIView):
    serializer_class = FlatSerializer

    def get_queryset(self) -> Any:
        """Return articles."""
        return Article.objects.order_by("id")[:20]


urlpatterns = [path("nested", Nested.as_view()), path("flat", Flat.as_view())]
app = get_wsgi_application()
