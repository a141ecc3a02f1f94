"""Development with a fast password hash and mail kept in memory; nothing else differs."""

from cms.settings.development import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
OUTBOX_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Each task says twice that all is well, and would bury a failure in what was captured.
LOGGING["loggers"]["django_tasks"]["level"] = "WARNING"  # type: ignore[index]  # noqa: F405
