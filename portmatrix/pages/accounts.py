"""Signing in and out, and being locked out."""

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import render

login = LoginView.as_view(template_name="accounts/login.html", redirect_authenticated_user=True)
logout = LogoutView.as_view()


def locked(request, response=None, credentials=None):
    """429 after too many failed attempts, with how long to wait. django-axes calls it instead of the login."""
    wait = settings.AXES_COOLOFF_TIME
    context = {
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": round(wait.total_seconds() / 60),
        "username": (credentials or {}).get("username", ""),
    }
    answer = render(request, "accounts/locked.html", context, status=429)
    answer["Retry-After"] = str(round(wait.total_seconds()))
    return answer
