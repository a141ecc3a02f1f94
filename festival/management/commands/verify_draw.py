from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from festival.domain import draws
from festival.models import Draw
from sites.models import District
from sites.ownership import UnderHome


class Command(BaseCommand):
    help = (
        "Compute draws again from their published lists and seeds, and say whether the stored results follow."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("district", nargs="?", help="slug; all districts without")
        parser.add_argument("--festival", help="slug of an edition")
        parser.add_argument("--number", type=int, help="number of the draw in its edition")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Draw.objects.select_related("festival", "zone").order_by("festival", "number")
        if options["district"]:
            district = District.objects.filter(slug=options["district"]).first()
            if district is None:
                raise CommandError(f"没有标识为“{options['district']}”的区县")
            chosen = chosen.filter(UnderHome("festival").within([district]))
        if options["festival"]:
            chosen = chosen.filter(festival__slug=options["festival"])
        if options["number"]:
            chosen = chosen.filter(number=options["number"])
        wrong = count = 0
        for draw in chosen.iterator(chunk_size=10):
            count += 1
            checked = draws.verify(draw)
            wrong += bool(checked.problems)
            state = "；".join(checked.problems) or ("结果正确" if draw.drawn_at else "名单正确，还没有抽")
            self.stdout.write(
                f"{draw.festival.title} 第{draw.number}次“{draw.title}”：{checked.entrants} 份，{state}"
            )
        if not count:
            raise CommandError("没有这样的抽签")
        if wrong:
            raise CommandError(f"{wrong} 次抽签不对")
