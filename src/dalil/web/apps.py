"""The desk as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Accounts, screens and background work over one archive."""

    name = "dalil.web"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
