from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sites.domain import shelf
from sites.models import District


class Command(BaseCommand):
    help = "Write the shelf anew from the pages; changes nothing where nothing changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("district", nargs="?", help="slug; all districts when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        districts = District.objects.select_related("site")
        if options["district"]:
            districts = districts.filter(slug=options["district"])
            if not districts:
                raise CommandError(f"没有标识为“{options['district']}”的区县")
        for district in districts:
            changes = shelf.republish(district)
            self.stdout.write(f"{district.slug}: 写入 {changes.written}，撤下 {changes.removed}")
