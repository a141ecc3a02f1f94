"""What is answered to a request that cannot be carried out, in the shape that whoever asked can read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from sites.api.problems import problem


def refusal(request: HttpRequest, status: int, type: str, title: str, words: str) -> HttpResponse:
    """A refusal in the shape that whoever asked can read: a problem document, JSON for a script, or a page."""
    if request.path.startswith("/api/"):
        return problem(status, type, title, detail=words, instance=request.path)
    accepted = request.headers.get("Accept", "")
    if request.headers.get("X-Requested-With") == "XMLHttpRequest" or accepted.startswith("application/json"):
        return JsonResponse({"success": False, "error_message": words}, status=status)
    page = render_to_string("400.html", {"title": title, "words": words})
    return HttpResponse(page, status=status)
