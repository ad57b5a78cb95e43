"""What every response carries, and what becomes of errors: a page in the reader's language, nothing about anyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from dalil.errors import DalilError
from dalil.web.screens.troubles import trouble

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
"""No inline script, no inline style, nothing from anywhere else."""

PERMISSIONS: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SecurityHeaders:
    """Sets the policies of every response, static files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and set the headers."""
        response = self._get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path_info.startswith("/static/"):
            # Pages name people: no cache between here and the reader keeps one, nor does the browser after signing out.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Troubles:
    """Turns dalil's own errors into pages. Anything else is Django's to report, without its arguments."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for an error that says who must act."""
        return trouble(request, error) if isinstance(error, DalilError) else None
