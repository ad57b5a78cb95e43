"""What the desk itself remembers: accounts, work in the background, saved searches. No fact about anyone lives here."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dalil.protection import Actor, Role
from dalil.protection.access import GENERAL
from dalil.protection.roles import LEVELS

ROLE_LABELS: Final = {
    Role.DOCUMENTER: _("documenter"),
    Role.OFFICER: _("data officer"),
    Role.REVIEWER: _("reviewer"),
    Role.EDITOR: _("editor"),
    Role.CUSTODIAN: _("custodian"),
    Role.AUDITOR: _("auditor"),
    Role.KEEPER: _("keeper"),
}
LEVEL_LABELS: Final = {
    "public": _("public"),
    "partner": _("partners"),
    "internal": _("internal"),
    "restricted": _("restricted"),
    "sealed": _("sealed"),
}


def _general() -> list[str]:
    return [GENERAL]


class Account(AbstractBaseUser):
    """Someone who works here. Never deleted: what they did stays theirs."""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    username: models.CharField[str, str] = models.CharField(_("name of the account"), max_length=64, unique=True)
    role: models.CharField[str, str] = models.CharField(
        max_length=16, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    groups: models.JSONField[Any, Any] = models.JSONField(default=_general)
    clearance: models.CharField[str, str] = models.CharField(
        max_length=16, choices=[(level, LEVEL_LABELS[level]) for level in LEVELS]
    )
    key_id: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    expires_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)
    deactivated_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True, blank=True)

    jobs: models.Manager[Job]
    searches: models.Manager[SavedSearch]
    submissions: models.Manager[Submission]

    objects: ClassVar[BaseUserManager[Account]] = BaseUserManager()

    def __str__(self) -> str:
        return self.username

    def may_sign_in(self, now: datetime) -> bool:
        """Tell whether the account is neither deactivated nor past its time."""
        return self.is_active and (self.expires_at is None or now < self.expires_at)

    def as_actor(self, now: datetime) -> Actor:
        """Return who this is, as the core asks it."""
        return Actor(
            name=self.username,
            role=Role(self.role),
            key_id=self.key_id,
            groups=frozenset(self.groups),
            clearance=self.clearance,
            active=self.may_sign_in(now),
        )


class Job(models.Model):
    """A piece of work in the background: what, for whom, how far, how it ended.

    ``wanted`` and ``outcome`` hold ids, counts and file names in the archive's own folders, never words of a record.
    """

    class State(models.TextChoices):
        """Where a job is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="jobs"
    )
    kind: models.CharField[str, str] = models.CharField(max_length=32)
    state: models.CharField[str, str] = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    wanted: models.JSONField[Any, Any] = models.JSONField(default=dict)
    outcome: models.JSONField[Any, Any] = models.JSONField(default=dict)
    n_done: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(default=0)
    n_total: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField(default=0)
    cancel: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


class SavedSearch(models.Model):
    """A search someone keeps, under a name of their own; nobody else sees it."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="searches"
    )
    title: models.CharField[str, str] = models.CharField(max_length=80)
    query: models.CharField[str, str] = models.CharField(max_length=600)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)

    class Meta:
        """By title."""

        ordering: ClassVar[list[str]] = ["title"]

    def __str__(self) -> str:
        return self.title


class Submission(models.Model):
    """A form that was sent, by the number it was handed out with: sent twice, it is done once."""

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="submissions"
    )
    token: models.CharField[str, str] = models.CharField(max_length=43)
    location: models.CharField[str, str] = models.CharField(max_length=400, blank=True)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)

    class Meta:
        """One of each token an account."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "token"], name="submission_once")
        ]

    def __str__(self) -> str:
        return f"submission {self.pk}"
