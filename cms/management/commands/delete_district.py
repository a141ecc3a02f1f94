from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.domain.district_deletion import delete_district, remove_published, survey
from sites.exceptions import LinliError
from sites.models import District


class Command(BaseCommand):
    help = "Take a district away with all that is its own. Asks for its slug; there is no way back but an archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the district, for example wuhou")
        parser.add_argument("--confirm", help="the slug once more, instead of typing it when asked")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        district = District.objects.filter(slug=slug).first()
        if district is None:
            # A deletion that was cut off after its commit has left files, at most.
            known = slug.replace("-", "").isalnum() and remove_published(slug)
            if not known:
                raise CommandError(f"没有标识为“{slug}”的区县")
            self.stdout.write(f"{slug}：已删去留下的 {known} 个公开文件")
            return
        going = survey(district)
        self.stdout.write(f"将要删除{district.name}（{district.site.root_url}/）：")
        for name, count in going.counts.items():
            self.stdout.write(f"  {name} {count}")
        if going.people:
            self.stdout.write(f"  只服务这里的账号 {len(going.people)}：{'、'.join(going.people[:20])}")
        for obstacle in going.obstacles:
            self.stdout.write(f"  不能删除：{obstacle}")
        if going.obstacles:
            raise CommandError("没有删除")
        typed = options["confirm"]
        if typed is None:
            self.stdout.write("删除后不能恢复。先用 export_district 留一份归档。")
            typed = input(f"请输入标识 {slug} 确认：")
        if typed.strip() != slug:
            raise CommandError("标识不一致，没有删除")
        try:
            delete_district(district, actor=None)
        except LinliError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{district.name}已删除")
