"""Settings of the installation that is hammered: as in development, but that holds end within seconds, and that every
client may call itself as coming from elsewhere (the limits would otherwise take the hammer for one bad neighbour)."""

import os

os.environ.setdefault("TRUST_PROXY", "1")

from cms.settings.development import *  # noqa: F403
from cms.settings.development import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.race.apps.Hurried"]
