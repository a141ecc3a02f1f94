"""Secrets that open something to whoever bears them: links in mails, API tokens. The database has their SHA-256 only."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """A fresh secret of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a secret: its SHA-256 in hexadecimal. A random secret needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
