from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.domain.archive.container import MOST_BYTES
from cms.domain.archive.importing import import_district
from media.domain import variants
from media.exceptions import UnreadablePicture
from media.models import Picture
from sites.exceptions import LinliError


class Command(BaseCommand):
    help = "Make a district from an archive, all of it or nothing; then make its pictures and compare what is public."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="what export_district has written")
        parser.add_argument(
            "--hostname", default="", help="the host of the public site, instead of its former one"
        )
        parser.add_argument("--port", type=int, help="the public port, instead of its former one")
        parser.add_argument(
            "--most-gb", type=float, default=MOST_BYTES / 1024**3, help="refuse what unfolds to more"
        )
        parser.add_argument("--leave-pictures", action="store_true", help="let the worker make the pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["file"])
        if not file.is_file():
            raise CommandError(f"没有文件 {file}")
        begun = time.monotonic()
        try:
            with file.open("rb") as source:
                imported = import_district(
                    source,
                    hostname=options["hostname"],
                    port=options["port"],
                    most_bytes=int(options["most_gb"] * 1024**3),
                )
        except LinliError as error:
            raise CommandError(str(error)) from None
        district = imported.district
        if imported.city_made:
            self.stdout.write(
                "这里还没有全市站点，已按归档建立（首页、邻里节，和这个区县用到的图片、手艺与通知）"
            )
        for note in imported.notes:
            self.stdout.write(note)
        rows = sum(imported.counts.values())
        self.stdout.write(
            f"{district.name}：{district.site.root_url}/，{rows} 项内容，{time.monotonic() - begun:.1f} 秒"
        )
        if options["leave_pictures"]:
            self.stdout.write("图片由后台任务生成；生成后，公开内容与导出时逐字节相同")
            return
        begun = time.monotonic()
        made = self._make_pictures()
        self.stdout.write(f"生成图片 {made} 张，{time.monotonic() - begun:.1f} 秒")
        if differing := imported.differing():
            self.stdout.write(f"公开内容有 {len(differing)} 条与导出时不同：")
            for type_, slug in differing[:20]:
                self.stdout.write(f"  {type_}/{slug}")
        else:
            self.stdout.write(f"公开内容 {len(imported.etags)} 条，与导出时逐字节相同")

    def _make_pictures(self) -> int:
        made = 0
        for picture in (
            Picture.objects.exclude(variants__isnull=False).order_by("pk").iterator(chunk_size=100)
        ):
            try:
                made += variants.make_variants(picture=picture)
            except UnreadablePicture as error:
                self.stderr.write(f"图片“{picture.title}”读不出来：{error}")
        return made
