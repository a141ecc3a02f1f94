#!/usr/bin/env python
"""Django's command line. Without DJANGO_SETTINGS_MODULE the development settings are used."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    # Hundreds of models, and in migrations their states, live as long as the command. To look through them for garbage
    # as often as Python does by itself takes a seventh of the time.
    gc.set_threshold(50_000, 20, 20)
    execute_from_command_line(sys.argv)
