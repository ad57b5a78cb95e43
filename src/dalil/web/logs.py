"""Logs: instants, methods, routes, codes and ids. Never a path's query, a name, or the words of a record."""

from __future__ import annotations

import logging
from typing import Any, Final

FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


class OnlyRoutes(logging.Filter):
    """Rewrites Django's own records, which would print addresses with what people searched for."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, without its arguments and its traceback's local text."""
        status = getattr(record, "status_code", "")
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        record.msg = f"{status} {getattr(request, 'method', '')} {match.route if match else '-'}".strip()
        record.args = ()
        if record.exc_info and record.exc_info[0] is not None:
            record.msg += f" {record.exc_info[0].__name__} at {_last_line(record.exc_info)}"
            record.exc_info = None
        return True


def _last_line(exc_info: Any) -> str:
    trace = exc_info[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "?"


def configure(_: Any) -> None:
    """Set up logging to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    django = logging.getLogger("django")
    django.handlers, django.propagate, django.level = [handler], False, logging.WARNING
    for name in ("django.request", "django.security"):
        logging.getLogger(name).filters = [OnlyRoutes()]
    for name in ("django.security.csrf", "django.security.DisallowedHost", "django.security.SuspiciousOperation"):
        logging.getLogger(name).filters = [OnlyRoutes()]
