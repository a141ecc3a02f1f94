from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from cms.domain.districts import Colours, create_district
from sites.exceptions import DistrictConflict


class Command(BaseCommand):
    help = "Make a district with site, page tree, collection, groups and workflow; harmless when run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="in pinyin, for example wuhou")
        parser.add_argument("name", help="for example 武侯区")
        parser.add_argument("--hostname", required=True, help="the host of the public site")
        parser.add_argument("--port", type=int, default=settings.PUBLIC_PORT, help="the public port")
        parser.add_argument("--code", default="", help="administrative code (GB/T 2260), 6 digits")
        parser.add_argument("--city", action="store_true", help="this is the city's own site, the portal")
        parser.add_argument("--site-name", default="", help="for example 武侯邻里")
        parser.add_argument("--accent", help="colour by day, for example #a63a28")
        parser.add_argument("--accent-dark", help="colour by night")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["accent"]) != bool(options["accent_dark"]):
            raise CommandError("--accent 和 --accent-dark 要一起写")
        colours = Colours(options["accent"], options["accent_dark"]) if options["accent"] else None
        try:
            district, created = create_district(
                slug=options["slug"],
                name=options["name"],
                hostname=options["hostname"],
                port=options["port"],
                code=options["code"],
                is_city=options["city"],
                site_name=options["site_name"],
                colours=colours,
            )
        except DistrictConflict as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(
            f"{district.name}：{'已建立' if created else '已存在，已补全'}，{district.site.root_url}/"
        )
