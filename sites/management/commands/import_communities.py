from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sites.domain.communities import import_csv
from sites.exceptions import CsvRefused
from sites.models import District


class Command(BaseCommand):
    help = "Import communities from a CSV file; reports every bad line and then imports nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--district", help="slug; every row must then be of this district")

    def handle(self, *args: Any, **options: Any) -> None:
        district = None
        if options["district"]:
            district = District.objects.filter(slug=options["district"]).first()
            if district is None:
                raise CommandError(f"没有标识为“{options['district']}”的区县")
        try:
            done = import_csv(options["file"].read_bytes(), district=district)
        except OSError as error:
            raise CommandError(f"读不了文件：{error}") from None
        except CsvRefused as error:
            raise CommandError(f"有 {len(error.problems)} 处不对，一行也没有导入：\n{error}") from None
        self.stdout.write(f"新增 {done.created}，更新 {done.updated}，不变 {done.unchanged}")
