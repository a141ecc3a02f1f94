"""Production, loosened for one machine: plain HTTP on localhost and a secret that is made on first use."""

import os
import secrets
from pathlib import Path

_root = Path(__file__).resolve().parent.parent.parent
_var = Path(os.environ.get("VAR_DIR", _root / "var"))


def _machine_secret() -> str:
    """The secret key of this working copy, made once. Several processes may start at the same moment."""
    file = _var / "secret-key"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()


os.environ.setdefault("SECRET_KEY", _machine_secret())
os.environ.setdefault("PUBLIC_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")

from cms.settings.production import *  # noqa: E402, F403
from cms.settings.production import STATIC_ROOT, STORAGES, env  # noqa: E402

DEBUG = env.bool("DEBUG", default=False)
# Admin files are served from the packages, so that no collectstatic is needed.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SECURE_SSL_REDIRECT = False
GATEWAY_PRIVATE_HOSTS = env.list("GATEWAY_PRIVATE_HOSTS", default=["localhost", "127.0.0.1"])
