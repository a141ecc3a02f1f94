from __future__ import annotations

import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.domain.archive import exporting
from sites.domain.audit import record
from sites.enums import Act
from sites.exceptions import LinliError
from sites.models import District


class Command(BaseCommand):
    help = (
        "Write everything of one district into an archive (docs/district-archive.md); no secrets are in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the district, for example wuhou")
        parser.add_argument("--out", required=True, help="the file to write, for example wuhou.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(slug=options["slug"]).first()
        if district is None:
            raise CommandError(f"没有标识为“{options['slug']}”的区县")
        out = Path(options["out"])
        if not out.parent.is_dir():
            raise CommandError(f"没有文件夹 {out.parent}")
        begun = time.monotonic()
        # Beside its place until it is whole, so that a half of it is never taken for an archive.
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}-", delete=False) as file:
            try:
                for piece in exporting.pieces(district):
                    file.write(piece)
                file.flush()
                # Before the file can be taken: none goes out that the trail does not tell of.
                record(act=Act.DISTRICT_EXPORTED, actor=None, district=district, subject_name=district.name)
                Path(file.name).replace(out)
            except BaseException as error:
                Path(file.name).unlink(missing_ok=True)
                if isinstance(error, LinliError):
                    raise CommandError(str(error)) from None
                raise
        size = out.stat().st_size / 1_000_000
        self.stdout.write(f"{district.name}：{out}，{size:.1f} MB，{time.monotonic() - begun:.1f} 秒")
