"""Django: one URL, without middleware."""

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="k" * 50
)
django.setup()


def json(request):
    """Return JSON."""
    return JsonResponse({"message": "Hello, World!"})


urlpatterns = [path("json", json)]
app = get_wsgi_application()
asgi = get_asgi_application()
