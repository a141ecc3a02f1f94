from __future__ import annotations

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.publishing import building, watching
from frontend_static.errors import BuildError
from sites.models import District


class Command(BaseCommand):
    help = "Build the public site of one district, or of all; --watch goes on building whatever changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", help="slug; all districts when left out")
        parser.add_argument("--full", action="store_true", help="render every page anew")
        parser.add_argument("--watch", action="store_true", help="stay and follow the shelf")

    def handle(self, *args: Any, **options: Any) -> None:
        districts = District.objects.all()
        if options["district"]:
            districts = districts.filter(slug=options["district"])
            if not districts:
                raise CommandError(f"没有标识为“{options['district']}”的区县")
        for district in sorted(districts, key=lambda one: one.is_city):
            try:
                report = building.publish(district, full=options["full"])
            except building.BeingBuilt:
                self.stderr.write(f"{district.slug}: 正由另一个进程构建，跳过")
            except BuildError as error:
                raise CommandError(f"{district.slug}: {error}") from error
            else:
                self.stdout.write(f"{district.slug}: {building.summary(report)}")
        if options["watch"]:
            stop = threading.Event()
            try:
                watching.build_what_changed(stop)
            except KeyboardInterrupt:
                stop.set()
