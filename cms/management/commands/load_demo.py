from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cms.demo import loading
from cms.publishing import building
from sites.enums import Role
from sites.models import District


class Command(BaseCommand):
    help = "Load the demo city and publish it; quick and harmless when it is there. Refuses other data."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        try:
            loading.load(say=self.stdout.write)
        except loading.NotTheDemo as error:
            raise CommandError(str(error)) from None
        for district in building.behind():
            try:
                report = building.publish(district)
            except building.BeingBuilt:
                continue
            self.stdout.write(f"发布 {district.slug}：{building.summary(report)}")
        self._tell()

    def _tell(self) -> None:
        port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT not in (80, 443) else ""
        roles = "、".join(f"<区县>-{role.value}（{role.label}）" for role in Role)
        slugs = " ".join(District.objects.filter(is_city=False).values_list("slug", flat=True))
        self.stdout.write(
            "\n".join(
                [
                    "",
                    "邻里演示城已就绪。",
                    f"  全市门户    {settings.PUBLIC_URL}/",
                    f"  区县网站    {settings.PUBLIC_SCHEME}://<区县>.localhost{port}/   例如 http://wuhou.localhost{port}/",
                    f"  报名摆摊    {settings.PUBLIC_SCHEME}://wuhou.localhost{port}/festivals/coming/apply/   验证码印在这里",
                    f"  管理后台    {settings.PUBLIC_URL}/admin/",
                    f"  接口文档    {settings.PUBLIC_URL}/api/v1/docs/",
                    f"  账号        city（全市）、{roles}，密码都是 {loading.PASSWORD}",
                    f"  区县        {slugs}",
                    "  Ctrl-C 结束。",
                    "",
                ]
            )
        )
