"""Building districts' public sites, one builder a district at a time on however many machines.

The builder reads only the API. Here it reads it in this process, through the same WSGI application that answers HTTP.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from cms.publishing import upload
from frontend_static.build import BuildReport, build
from sites.domain import feed
from sites.models import District, SiteBuild

logger = logging.getLogger(__name__)

# A builder that died gives the district up after this long; one that lives finishes far sooner.
LEASE = dt.timedelta(minutes=10)


class BeingBuilt(Exception):
    """Another process builds this district now."""


def marks() -> dict[int, str]:
    """For each district's key, the position of the feeds that its site is made from. Two queries.

    A district's site follows its own feed and the city's; the portal follows all.
    """
    whole = feed.city_scope()
    alone = {pk: feed.Scope({pk: seq}, {}, False).mark for pk, seq in whole.seqs.items()}
    city = District.objects.filter(is_city=True).values_list("pk", flat=True).first()
    above = alone.get(city, "") if city else ""
    return {pk: whole.mark if pk == city else f"{mark}.{above}" for pk, mark in alone.items()}


def api_client() -> httpx.Client:
    """A client of this installation's own API that needs no running server."""
    from cms.wsgi import application

    return httpx.Client(
        transport=httpx.WSGITransport(app=application, raise_app_exceptions=False),
        base_url=settings.PUBLIC_URL,
        timeout=60,
    )


@contextmanager
def lease(district: District) -> Iterator[None]:
    """Hold the right to build a district. Raises BeingBuilt when another live builder holds it."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    SiteBuild.objects.get_or_create(district=district)
    now = timezone.now()
    free = Q(holder="") | Q(held_until__lt=now) | _dead_here()
    taken = SiteBuild.objects.filter(free, district=district).update(holder=holder, held_until=now + LEASE)
    if not taken:
        raise BeingBuilt(district.slug)
    try:
        yield
    finally:
        SiteBuild.objects.filter(district=district, holder=holder).update(holder="", held_until=None)


def is_being_built(district: District) -> bool:
    """Whether a live builder is at work on a district. Nobody else begins before the transaction ends."""
    rows = SiteBuild.objects.select_for_update().filter(district=district)
    held = rows.exclude(Q(holder="") | Q(held_until__lt=timezone.now()) | _dead_here())
    return bool(list(rows)) and held.exists()


def _dead_here() -> Q:
    """Leases of processes of this machine that no longer live, so that a kill -9 delays nobody."""
    host = socket.gethostname()
    dead = Q(pk__in=[])
    for holder in SiteBuild.objects.filter(holder__startswith=f"{host}:").values_list("holder", flat=True):
        pid = holder.removeprefix(f"{host}:").partition(":")[0]
        if not pid.isdigit() or not _lives(int(pid)):
            dead |= Q(holder=holder)
    return dead


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def summary(report: BuildReport) -> str:
    """A build in one Chinese line."""
    return f"共 {report.pages} 页，重做 {report.rendered} 页，写入 {len(report.written)} 个文件，删去 {len(report.removed)} 个"


def folder_of(district: District) -> Path:
    """Where the files of a district's site are built."""
    return Path(settings.PUBLISHED_ROOT) / district.slug


def publish(district: District, *, full: bool = False) -> BuildReport:
    """Bring a district's public site up to date; upload it where published files live elsewhere.

    Raises BeingBuilt, and whatever the builder raises; the site that was there stays whole then.
    """
    with lease(district):
        mark = marks()[district.pk]
        try:
            with api_client() as client:
                report = build(client=client, district=district.slug, out=folder_of(district), full=full)
            if settings.S3_PUBLISHED_BUCKET:
                upload.synchronise(folder_of(district), prefix=district.slug)
        except Exception as error:
            SiteBuild.objects.filter(district=district).update(problem=str(error)[:2000])
            raise
        SiteBuild.objects.filter(district=district).update(
            built_mark=mark, built_at=timezone.now(), problem=""
        )
    return report


def behind() -> list[District]:
    """The districts whose site does not yet show the newest of the shelf; the portal that gathers them last.
    Four queries."""
    built = dict(SiteBuild.objects.values_list("district_id", "built_mark"))
    late = [pk for pk, mark in marks().items() if built.get(pk) != mark]
    return list(District.objects.filter(pk__in=late).order_by("is_city", "order", "slug"))
