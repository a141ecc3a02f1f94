"""The control: the same without the guard, to show that the hammer finds what it looks for."""

from tests.race.settings import *  # noqa: F403
from tests.race.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.race.apps.Unguarded"]
