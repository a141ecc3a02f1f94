from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from festival.domain import erasure
from festival.exceptions import FieldsRefused
from sites.models import District, User

WORD = "删除"


class Command(BaseCommand):
    help = "Erase what is known of a stallholder: applications, files, messages, notices. Shows first what it would erase."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="an e-mail address, a phone number, or an application's reference")
        parser.add_argument("--district", help="slug; without it, in all districts")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        within = None
        if options["district"]:
            within = District.objects.filter(slug=options["district"])
            if not within.exists():
                raise CommandError(f"没有标识为“{options['district']}”的区县")
        try:
            person = erasure.find(options["who"], within=within)
        except FieldsRefused as refused:
            raise CommandError(str(refused)) from None
        if not person.applications and person.contact is None:
            raise CommandError("没有这个人的申请。")
        self._show(person)
        if not options["yes"] and input(f"删除后不能恢复。写“{WORD}”确认：").strip() != WORD:
            raise CommandError("没有写对，什么也没有删除。")
        texts = [*([person.contact.address] if person.contact else []), *person.names]
        erasure.erase_person(person, within=within)
        self.stdout.write("已经删除。")
        if within is None:
            self._look_again(texts)

    def _show(self, person: erasure.Person) -> None:
        for one in person.applications:
            booths = sorted(set(one.slots.values_list("booth__number", flat=True)))
            has = f"，摊位 {'、'.join(booths)}" if booths else ""
            self.stdout.write(
                f"{one.festival}：{one.reference} {one.stall_name}，{one.get_state_display()}{has}"
            )
        self.stdout.write(f"共 {len(person.applications)} 份申请，{person.files} 个文件。")
        if person.contact and User.objects.filter(email__iexact=person.contact.address).exists():
            self.stdout.write("这个邮箱也是一个工作人员账号的；账号不在这里删除。")

    def _look_again(self, texts: list[str]) -> None:
        """Say where the person is still named: in what people typed into pages, which nothing here changes."""
        for text in texts:
            for column, count in erasure.still_named(text):
                self.stdout.write(f"还有 {count} 行写着“{text}”：{column}，请自己看一看。")
