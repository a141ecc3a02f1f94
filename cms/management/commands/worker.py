from __future__ import annotations

import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from cms.publishing import watching


class Command(BaseCommand):
    help = "Do the work off the request: tasks, public sites, mail, schedules. Run as many as you like, on any machine."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        duties = [
            threading.Thread(target=duty, args=[stop], name=duty.__name__, daemon=True)
            for duty in (
                watching.build_what_changed,
                watching.deliver_outbox,
                watching.deliver_webhooks,
                watching.keep_time,
            )
        ]
        for duty in duties:
            duty.start()
        try:
            # Ends on SIGTERM and SIGINT by itself, after the task in hand.
            call_command(
                "db_worker",
                "--backend=worker",
                "--queue-name=*",
                "--interval=0.2",
                "--no-startup-delay",
                "--no-reload",
            )
        finally:
            stop.set()
            for duty in duties:
                # A build in progress may be cut off: what it leaves is whole, and the next run completes it.
                duty.join(timeout=3)
