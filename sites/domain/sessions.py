"""Sessions: ending those of a person, and clearing away what has run out."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.db.models import F

from sites.models import User


def end_sessions(user: User) -> None:
    """Sign a person out everywhere: what every session was signed with no longer fits. Two queries."""
    User.objects.filter(pk=user.pk).update(sign_in_epoch=F("sign_in_epoch") + 1)
    user.refresh_from_db(fields=["sign_in_epoch"])


def clear_expired() -> None:
    """Delete the rows of sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
