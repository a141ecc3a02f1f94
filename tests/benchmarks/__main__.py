"""`make bench`: what must stay fast, as ratios within one run. Absolute figures depend on the machine; ratios hardly do.

Runs on a database of its own (SQLite in a temporary folder), never on the data of the working copy.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_ROUNDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        os.environ |= {
            "VAR_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "cms.settings.test",
            "PUBLIC_URL": "http://localhost:8000",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _city(call_command)
        _reads()
        _builds(Path(folder))
        _pictures()
    _claims()


def _claims() -> None:
    from tests.benchmarks import claims

    for distance, both in claims.compare().items():
        where = f"PostgreSQL {distance * 1000:g} ms away" if distance else "PostgreSQL"
        for what, name in (("tried", "claims tried"), ("got", "booths had")):
            lock, claim = both["lock"][what], both["claim"][what]
            sys.stdout.write(
                f"{name + f', {claims.STALLHOLDERS} at once, {where}':<58}{claim:>9.0f} a second {claim / lock:>4.1f} × "
                "as many as with one lock for each edition\n"
            )


def _seconds(work: Callable[[], object], *, times: int) -> float:
    """Median seconds of one call, over some rounds of `times` calls each."""
    work()
    rounds = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - start) / times)
    return statistics.median(rounds)


def _row(name: str, seconds: float, against: float, what: str) -> None:
    sys.stdout.write(f"{name:<58}{seconds * 1000:>9.2f} ms   {against / seconds:>6.1f} × as fast as {what}\n")


def _city(call_command: Callable[..., object]) -> None:
    quiet = io.StringIO()
    call_command(
        "create_district", "chengdu", "成都市", hostname="localhost", port=8000, city=True, stdout=quiet
    )
    call_command("create_district", "wuhou", "武侯区", hostname="wuhou.localhost", port=8000, stdout=quiet)


def _stories(count: int) -> None:
    from django.db import transaction

    from cms.models import StoryIndexPage, StoryPage
    from sites.models import District

    wuhou = District.objects.get(slug="wuhou")
    shelf = StoryIndexPage.objects.descendant_of(wuhou.site.root_page).get()
    with transaction.atomic():
        for n in range(count):
            body = [{"type": "paragraph", "id": str(n), "value": f"<p>{'院坝里的故事。' * 100}</p>"}]
            story = StoryPage(title=f"第{n}个故事", slug=f"s-{n}", body=json.dumps(body))
            shelf.add_child(instance=story)
            story.save_revision().publish()


def _copy_publications(count: int) -> None:
    """Many more items of the same shape, as rows only: reads know nothing else."""
    from sites.models import FeedCounter, Publication

    row = Publication.objects.filter(type="story").first()
    assert row is not None
    seq = FeedCounter.objects.get(district=row.district).seq
    Publication.objects.bulk_create(
        (
            Publication(
                district_id=row.district_id,
                type="story",
                slug=f"copy-{n}",
                source_id=0,
                seq=seq + n + 1,
                etag=f"{n:020}",
                body=row.content,
                sort=f"2020-{n:09}",
            )
            for n in range(count)
        ),
        batch_size=2000,
    )
    FeedCounter.objects.filter(district=row.district).update(seq=seq + count)


def _reads() -> None:
    from django.test import Client

    from cms.models import StoryPage
    from cms.serializers import StorySerializer
    from sites.api.rendering import PlainJSONRenderer

    _stories(30)
    client = Client(HTTP_HOST="localhost:8000")
    address = "/api/v1/districts/wuhou/stories/?page_size=20"
    etag = client.get(address).headers["ETag"]

    def live() -> None:
        pages = StoryPage.objects.live().order_by("-first_published_at")[:20]
        PlainJSONRenderer().render(StorySerializer(pages, many=True).data)

    serialised = _seconds(live, times=5)
    small = _seconds(lambda: client.get(address), times=50)
    unchanged = _seconds(lambda: client.get(address, HTTP_IF_NONE_MATCH=etag), times=50)
    _row("list of 20, stored bytes, 30 stories", small, serialised, "serialising them on read")
    _row("the same, 304", unchanged, small, "the 200")
    _copy_publications(100_000)
    large = _seconds(lambda: client.get(address), times=50)
    _row("list of 20, stored bytes, 100,030 stories", large, small, "with 30 stories")


def _builds(folder: Path) -> None:
    from django.db import transaction

    from cms.models import StoryPage
    from cms.publishing import building
    from sites.models import District, Publication

    Publication.objects.filter(slug__startswith="copy-").delete()
    wuhou = District.objects.get(slug="wuhou")
    building.publish(wuhou)
    full = _seconds(lambda: building.publish(wuhou, full=True), times=1)
    number = iter(range(1000))

    def change() -> None:
        story = StoryPage.objects.get(slug="s-0")
        story.title = f"改了{next(number)}次"
        with transaction.atomic():
            story.save_revision().publish()
        building.publish(wuhou)

    one = _seconds(change, times=3)
    nothing = _seconds(lambda: building.publish(wuhou), times=3)
    _row("publish one of 30 stories and build its pages", one, full, "a full build")
    _row("build where nothing changed", nothing, full, "a full build")


def _pictures() -> None:
    from PIL import Image

    from media.domain.encoding import encode

    data = io.BytesIO()
    Image.effect_mandelbrot((4000, 3000), (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB").save(
        data, "JPEG", quality=90
    )
    source = data.getvalue()

    def one_by_one() -> None:
        for width in (480, 960, 1600):
            for kind, options in (("AVIF", {"speed": 8}), ("WEBP", {}), ("JPEG", {})):
                with Image.open(io.BytesIO(source)) as image:
                    image.resize((width, width * 3 // 4), Image.Resampling.LANCZOS).save(
                        io.BytesIO(), kind, **options
                    )

    slow = _seconds(one_by_one, times=1)
    once = _seconds(lambda: encode(io.BytesIO(source)), times=1)
    _row("9 renditions of 4000 × 3000 from one decode", once, slow, "nine decodes")


if __name__ == "__main__":
    main()
