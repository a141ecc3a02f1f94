"""A festival as the public gets it (docs/payloads.md). Runs at publish time and describes the schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from festival.domain import draws, programme_releases
from festival.domain.terms import booking_payload
from festival.enums import (
    ContactKind,
    ItemKind,
    ItemStatus,
    LandmarkKind,
    ProgrammeChange,
    QuestionKind,
    ZoneMode,
)
from festival.models import FestivalPage, Zone, shape_points
from festival.programme import item_payload
from media.payloads import PictureSerializer, picture_payload
from sites.rich_text import public_html
from sites.serializers import (
    DistrictRefSerializer,
    PayloadSerializer,
    PointSerializer,
    district_of_page,
    district_ref,
    point,
)


class VenueSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    point = PointSerializer(allow_null=True)


class StageSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class PerformerSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    community = serializers.CharField(allow_blank=True)


class PlaceInProgrammeSerializer(serializers.Serializer[Any]):
    """What was announced of an item: under which title, when, and on which stage."""

    title = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    stage = serializers.CharField(allow_blank=True, help_text="舞台的名称，不在台上就空着")


class LeftPlaceSerializer(PlaceInProgrammeSerializer):
    """A stage that an item left, and what was last announced of it there."""

    stage_id = serializers.IntegerField(help_text="这个舞台的 id；舞台已经没有了就是它原来的 id")


class ProgrammeItemSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    anchor = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    kind_label = serializers.CharField()
    stage = serializers.IntegerField(allow_null=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    summary = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=ItemStatus.choices)
    performers = PerformerSerializer(many=True)
    uid = serializers.UUIDField(help_text="在各种格式里一直不变")
    revision = serializers.IntegerField(help_text="公布以后改过几次")
    revised_at = serializers.DateTimeField(allow_null=True, help_text="最近一次改动的公布时间，草稿里是 null")
    previous = PlaceInProgrammeSerializer(allow_null=True, help_text="现在的时间、舞台以前公布的是什么")
    left = LeftPlaceSerializer(many=True, help_text="公布以后离开了的舞台，每个舞台上最后一次公布的时间")


class WithdrawnItemSerializer(ProgrammeItemSerializer):
    """An item that was announced and then taken off: as it was last known, cancelled."""

    act = serializers.CharField(allow_blank=True)
    stage_name = serializers.CharField(allow_blank=True)


class ProgrammeChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ProgrammeChange.choices)
    kind_label = serializers.CharField()
    item = serializers.CharField()
    anchor = serializers.CharField()
    title = serializers.CharField()
    before = PlaceInProgrammeSerializer(allow_null=True)
    after = PlaceInProgrammeSerializer(allow_null=True)


class ProgrammeReleaseSerializer(serializers.Serializer[Any]):
    """A version of the programme; the first one has no changes."""

    version = serializers.IntegerField()
    released_at = serializers.DateTimeField()
    changes = ProgrammeChangeSerializer(many=True)


class ActSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    items = ProgrammeItemSerializer(many=True)


class BroadcastSerializer(serializers.Serializer[Any]):
    platform = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    views = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class LandmarkSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=LandmarkKind.choices)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF has an attribute of this name
    shape = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class FloorPlanSerializer(serializers.Serializer[Any]):
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    landmarks = LandmarkSerializer(many=True)


class BoothSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()
    x = serializers.FloatField()
    y = serializers.FloatField()
    width = serializers.FloatField()
    height = serializers.FloatField()
    rotation = serializers.FloatField()
    offer = serializers.CharField(allow_blank=True)


class ZoneSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    colour = serializers.CharField()
    shape = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    offers = serializers.ListField(child=serializers.CharField())
    booths = BoothSerializer(many=True)


class DrawZoneSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class DrawnSerializer(serializers.Serializer[Any]):
    reference = serializers.CharField()
    places = serializers.IntegerField()


class DrawSerializer(serializers.Serializer[Any]):
    """A draw without its list of entrants."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    zone = DrawZoneSerializer()
    places = serializers.IntegerField()
    seed_source = serializers.CharField()
    seed_at = serializers.DateTimeField()
    list_hash = serializers.CharField()
    published_at = serializers.DateTimeField()
    seed = serializers.CharField(allow_blank=True)
    drawn_at = serializers.DateTimeField(allow_null=True)
    drawn = DrawnSerializer(many=True)


class AskedSerializer(serializers.Serializer[Any]):
    """What a question and a document that is asked for have in common."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF has attributes of these names
    help_text = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    required = serializers.BooleanField()  # type: ignore[assignment]
    purpose = serializers.CharField()
    retention_days = serializers.IntegerField()


class QuestionSerializer(AskedSerializer):
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    choices = serializers.ListField(child=serializers.CharField())


class DocumentRequirementSerializer(AskedSerializer):
    has_expiry = serializers.BooleanField()


class PersonalFieldSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    purpose = serializers.CharField()
    retention_days = serializers.IntegerField()


class ZoneTermsSerializer(serializers.Serializer[Any]):
    zone = serializers.IntegerField()
    zone_name = serializers.CharField()
    mode = serializers.ChoiceField(choices=ZoneMode.choices)
    fee = serializers.DecimalField(max_digits=8, decimal_places=2)
    deposit = serializers.DecimalField(max_digits=8, decimal_places=2)
    note = serializers.CharField(allow_blank=True)
    booths_per_applicant = serializers.IntegerField()
    categories = serializers.ListField(child=serializers.CharField())
    questions = QuestionSerializer(many=True)
    documents = DocumentRequirementSerializer(many=True)
    personal = PersonalFieldSerializer(many=True)
    retention_days = serializers.IntegerField()
    terms = serializers.CharField(allow_blank=True)


class BookingSerializer(serializers.Serializer[Any]):
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    contact = serializers.CharField(allow_blank=True)
    contact_kinds = serializers.ListField(child=serializers.ChoiceField(choices=ContactKind.choices))
    offer_hours = serializers.IntegerField()
    zones = ZoneTermsSerializer(many=True)


class FestivalSerializer(PayloadSerializer):
    type = serializers.CharField()
    district = DistrictRefSerializer()
    slug = serializers.CharField()
    path = serializers.CharField()
    title = serializers.CharField()
    edition = serializers.IntegerField(allow_null=True)
    theme = serializers.CharField(allow_blank=True)
    summary = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    date_note = serializers.CharField(allow_blank=True)
    venue = VenueSerializer()
    hosts = serializers.ListField(child=serializers.CharField())
    co_hosts = serializers.ListField(child=serializers.CharField())
    organisers = serializers.ListField(child=serializers.CharField())
    cover = PictureSerializer(allow_null=True)
    body = serializers.CharField(allow_blank=True)
    is_sample = serializers.BooleanField()
    programme_note = serializers.CharField(allow_blank=True)
    stages = StageSerializer(many=True)
    acts = ActSerializer(many=True)
    withdrawn = WithdrawnItemSerializer(many=True)
    releases = ProgrammeReleaseSerializer(many=True)
    broadcasts = BroadcastSerializer(many=True)
    floor_plan = FloorPlanSerializer(allow_null=True)
    zones = ZoneSerializer(many=True)
    booking = BookingSerializer(allow_null=True)
    draws = DrawSerializer(many=True)
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def payload(self, source: FestivalPage) -> dict[str, Any]:
        district = district_of_page(source)
        # A draft's new stages have no key yet; their place in the list tells them apart until then.
        stages = [(stage.pk or -n, stage) for n, stage in enumerate(source.stages.all(), start=1)]
        by_name = {stage.name: key for key, stage in stages}
        zones = [_zone(zone) for zone in source.zones.prefetch_related("booths")] if source.pk else []
        programme = programme_releases.programme_of(source)
        slug = source.slug or "draft"
        return {
            "type": "festival",
            "district": district_ref(district),
            "slug": slug,
            "path": f"/festivals/{slug}/",
            "title": source.title,
            "edition": source.edition,
            "theme": source.theme,
            "summary": source.summary,
            "starts_on": source.starts_on.isoformat() if source.starts_on else None,
            "ends_on": (source.ends_on or source.starts_on).isoformat() if source.starts_on else None,
            "date_note": source.date_note,
            "venue": {
                "name": source.venue_name,
                "address": source.venue_address,
                "point": point(source.longitude, source.latitude, source.datum),
            },
            "hosts": _lines(source.hosts),
            "co_hosts": _lines(source.co_hosts),
            "organisers": _lines(source.organisers),
            "cover": picture_payload(source.cover) if source.cover else None,
            "body": public_html(source.body, district=district),
            "is_sample": source.is_sample,
            "programme_note": source.programme_note,
            "stages": [{"id": key, "name": stage.name, "note": stage.note} for key, stage in stages],
            "acts": [
                {
                    "id": act.id,
                    "title": act.value["title"],
                    "summary": act.value["summary"] or "",
                    "items": [
                        {
                            **item_payload(child.id, child.value, stages=by_name),
                            **programme_releases.history(programme.entries[child.id], stages=by_name),
                        }
                        for child in act.value["items"].bound_blocks
                    ],
                }
                for act in source.programme
            ],
            "withdrawn": [
                programme_releases.public_withdrawn(entry, stages=by_name) for entry in programme.withdrawn
            ],
            "releases": programme.releases,
            "broadcasts": [
                {
                    "platform": one.platform,
                    "url": one.url,
                    "views": one.views,
                    "as_of": one.as_of.isoformat() if one.as_of else None,
                    "note": one.note,
                }
                for one in source.broadcasts.all()
            ],
            "floor_plan": _plan(source) if zones or source.landmarks else None,
            "zones": zones,
            "booking": booking_payload(source) if source.pk else None,
            "draws": [draws.summary(draw) for draw in draws.of_festival(source)] if source.pk else [],
            "published_at": source.first_public_at,
            "updated_at": source.last_public_at,
        }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _plan(page: FestivalPage) -> dict[str, Any]:
    landmarks = [
        {
            "kind": child.value["kind"],
            "label": child.value["label"] or "",
            "shape": shape_points(child.value["shape"]),
        }
        for child in page.landmarks
        if child.value["shape"]
    ]
    return {"width": page.plan_width, "height": page.plan_height, "landmarks": landmarks}


def _zone(zone: Zone) -> dict[str, Any]:
    booths = [
        {
            name: getattr(booth, name)
            for name in ("id", "number", "x", "y", "width", "height", "rotation", "offer")
        }
        for booth in zone.booths.all()
    ]
    return {
        "id": zone.pk,
        "slug": zone.slug,
        "name": zone.name,
        "summary": zone.summary,
        "colour": zone.colour,
        "shape": zone.shape,
        "offers": _lines(zone.offers),
        "booths": sorted(booths, key=lambda booth: str(booth["number"])),
    }
