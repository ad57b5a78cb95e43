"""Django's settings, made for one archive; there is no settings file, and no secret outside the archive's folder.

``configure(path)`` is called once in a process, before anything else of Django is touched.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

WEB_FOLDER: Final = "web"
DATABASE: Final = "web.db"
LANGUAGES: Final = (("en", "English"), ("ar", "العربية"))
LANGUAGE_COOKIE: Final = "dalil_language"
THEME_COOKIE: Final = "dalil_theme"
SESSION_HOURS: Final = 10
"""A working day: who comes back the next morning signs in again."""
MOST_FORM_BYTES: Final = 4 << 20
"""A testimony of 300 pages is about 1 MB of text; four are room for the longest paste."""
MOST_FORM_FIELDS: Final = 3_000
LOCAL_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
HERE: Final = Path(__file__).parent


def secret_key(folder: Path) -> str:
    """Return the archive's secret key, made on first use and readable by its owner only."""
    path = folder / "secret.key"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # O_EXCL: two processes that start together agree on one key.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def desk_settings(
    archive: Path, *, hosts: Sequence[str] = (), behind_tls: bool = False, static_root: Path | None = None
) -> dict[str, Any]:
    """Return the settings for one archive.

    Parameters
    ----------
    hosts : sequence of str
        Names under which browsers reach the desk, besides this machine's own.
    behind_tls : bool
        A proxy in front speaks HTTPS and says so in ``X-Forwarded-Proto``; cookies are then sent over HTTPS only.
    static_root : Path, optional
        Where ``collectstatic`` has put hashed files; without it they are served as they are, for tests.
    """
    web = archive / WEB_FOLDER
    hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {
        "DALIL_ARCHIVE": archive,
        "SECRET_KEY": secret_key(web),
        "DEBUG": False,
        "ALLOWED_HOSTS": [*LOCAL_HOSTS, *hosts],
        "ROOT_URLCONF": "dalil.web.urls",
        "INSTALLED_APPS": [
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "django.contrib.humanize",
            "dalil.web",
            "allauth",
            "allauth.account",
            "allauth.mfa",
            "allauth.usersessions",
            "django_htmx",
            "django_tasks",
            "django_tasks_db",
        ],
        "MIDDLEWARE": [
            "dalil.web.middleware.SecurityHeaders",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "django_htmx.middleware.HtmxMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "dalil.web.middleware.Troubles",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.template.context_processors.i18n",
                        "django.contrib.messages.context_processors.messages",
                        "dalil.web.context.desk",
                    ],
                },
            }
        ],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": archive / DATABASE,
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "timeout": 20,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
                },
            }
        },
        "CACHES": {
            # In the database, so that rate limits hold across processes.
            "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "desk_cache"},
        },
        "STORAGES": {
            "staticfiles": {"BACKEND": hashed if static_root else plain},
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        },
        "STATIC_URL": "/static/",
        "STATIC_ROOT": static_root,
        "STATICFILES_DIRS": [],
        "STATICFILES_FINDERS": [
            "django.contrib.staticfiles.finders.AppDirectoriesFinder",
            "dalil.web.typeface.TypefaceFinder",
        ],
        "WHITENOISE_USE_FINDERS": static_root is None,
        "WHITENOISE_AUTOREFRESH": False,
        "MEDIA_ROOT": web / "uploads",
        "FILE_UPLOAD_TEMP_DIR": str(web / "uploads"),
        "FILE_UPLOAD_PERMISSIONS": 0o600,
        "FILE_UPLOAD_DIRECTORY_PERMISSIONS": 0o700,
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MOST_FORM_BYTES,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": MOST_FORM_FIELDS,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 4,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": list(LANGUAGES),
        "LANGUAGE_COOKIE_NAME": LANGUAGE_COOKIE,
        "LANGUAGE_COOKIE_SAMESITE": "Lax",
        "LOCALE_PATHS": [HERE / "locale"],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "APPEND_SLASH": True,
        "LOGGING_CONFIG": "dalil.web.logs.configure",
        "LOGGING": {"version": 1},  # anything: without it Django would not ask ours
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}},
        **_account_settings(archive),
        **_cookie_settings(behind_tls),
    }


def _account_settings(archive: Path) -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "desk.Account",
        "AUTHENTICATION_BACKENDS": ["dalil.web.accounts.AccountBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 12},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_ADAPTER": "dalil.web.accounts.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "username",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_PRESERVE_USERNAME_CASING": False,
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": True,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
        # Five wrong passwords lock an account for a quarter of an hour, whoever types them; thirty, an address.
        "ACCOUNT_RATE_LIMITS": {
            "login": "60/m/ip",
            "login_failed": "30/15m/ip,5/15m/key",
            "reauthenticate": "10/m/user",
        },
        "MFA_ADAPTER": "dalil.web.accounts.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": True,  # browsers themselves allow http only for this very machine
        "MFA_TOTP_ISSUER": f"dalil {archive.name}",
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "USERSESSIONS_TRACK_ACTIVITY": False,
    }


def _cookie_settings(behind_tls: bool) -> dict[str, Any]:
    tls: dict[str, Any] = (
        {
            "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
            "SECURE_SSL_REDIRECT": True,
            "SECURE_HSTS_SECONDS": 31_536_000,
        }
        if behind_tls
        else {}
    )
    return {
        "SESSION_COOKIE_NAME": "dalil_session",
        "SESSION_COOKIE_AGE": SESSION_HOURS * 3600,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": behind_tls,
        "CSRF_COOKIE_NAME": "dalil_csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": behind_tls,
        "CSRF_FAILURE_VIEW": "dalil.web.screens.troubles.wrong_token",
        "LANGUAGE_COOKIE_SECURE": behind_tls,
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        **tls,
    }


def configure(
    archive: Path, *, hosts: Sequence[str] = (), behind_tls: bool = False, static_root: Path | None = None
) -> None:
    """Configure Django for one archive; a process serves one."""
    import django
    from django.conf import settings

    (archive / WEB_FOLDER / "uploads").mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.configured:
        settings.configure(**desk_settings(archive, hosts=hosts, behind_tls=behind_tls, static_root=static_root))
        django.setup()
