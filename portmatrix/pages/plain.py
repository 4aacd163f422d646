"""Answers that need no database, session or user: a page without anything personal, or JSON under /api/."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string

from ..utils.db import Trouble

API = "/api/"
TITLES = {
    400: "Not understood",
    408: "Too slow",
    413: "Too long",
    500: "The server failed",
    503: "Not now",
}


def refusal(path: str, status: int, message: str, advice: str = "", retry_after: int | None = None) -> HttpResponse:
    """The answer to a request that is refused before, or because, nothing can be looked up.

    `path` decides between JSON and a page; `message` is one sentence, `advice` what to do (it stands on the page and
    follows the message in JSON). With `retry_after` (seconds) the header of that name is set.
    """
    if path.removeprefix(settings.PATH_PREFIX).startswith(API):
        response = JsonResponse({"detail": f"{message} {advice}".strip()}, status=status)
    else:
        context = {"title": TITLES[status], "message": message, "advice": advice}
        response = HttpResponse(render_to_string("errors/plain.html", context), status=status)
    response["Cache-Control"] = "private, no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def too_long(path: str, most: int) -> HttpResponse:
    """413: a body of more than `most` bytes."""
    return refusal(path, 413, f"What was sent is too long. Send at most {most:,} bytes.")


def not_now(path: str, message: str, retry_after: int) -> HttpResponse:
    """503: right, and not possible at this moment."""
    return refusal(path, 503, message, f"Try again in {retry_after} seconds.", retry_after)


def database_trouble(path: str, trouble: Trouble) -> HttpResponse:
    """503 that says what is wrong with the database."""
    return not_now(path, trouble.sentence, trouble.retry_after)
