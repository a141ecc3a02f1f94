"""Makes the demo's pages from their records: home pages, festivals, craftsmen, places and stories."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from wagtail.models import Page

from cms.demo import bodies, booking, records
from cms.demo.content import Content
from cms.models import (
    Craft,
    CraftsmanCraft,
    CraftsmanPage,
    CraftsmanWork,
    HomePage,
    OpeningHours,
    PlacePage,
    StoryCraftsman,
    StoryPage,
)
from festival.models import Booth, Broadcast, FestivalPage, Stage, Zone
from media.models import Picture
from sites.domain import shelf
from sites.models import Community, District


class PageLoader:
    """Makes the pages of one district after another; a page whose address is taken is left as it is."""

    def __init__(
        self,
        content: Content,
        districts: dict[str, District],
        pictures: dict[str, Picture],
        crafts: dict[str, Craft],
        communities: dict[tuple[str, str], Community],
    ) -> None:
        self.content = content
        self.districts = districts
        self.pictures = pictures
        self.crafts = crafts
        self.communities = communities
        # "district/festival#key" → what a story's block stores. The city comes first, so its festival is known.
        self.items: dict[str, str] = {}

    def load(self, slug: str) -> None:
        """Everything of one district, and its shelf."""
        district = self.districts[slug]
        self._home(district)
        for festival in self.content.festivals:
            if festival.district == slug:
                self._festival(district, festival)
        craftsmen = {
            record.slug: self._craftsman(district, record)
            for record in self.content.craftsmen
            if record.district == slug
        }
        for place in self.content.places:
            if place.district == slug:
                self._place(district, place)
        for story in self.content.stories:
            if story.district == slug:
                self._story(district, story, craftsmen)
        shelf.republish(district)

    def _add(self, district: District, shelf_slug: str, page: Page, published_at: dt.datetime) -> Page:
        """Put a page on its shelf and publish it as of `published_at`."""
        parent = district.site.root_page.get_children().get(slug=shelf_slug)
        if found := parent.get_children().filter(slug=page.slug).first():
            return found.specific
        page.first_published_at = published_at
        parent.add_child(instance=page)
        page.save_revision().publish()
        Page.objects.filter(pk=page.pk).update(last_published_at=published_at)
        page.refresh_from_db()
        return page

    def _picture(self, key: str) -> Picture | None:
        return self.pictures[key] if key else None

    def _home(self, district: District) -> None:
        record = self.content.district(district.slug)
        home = HomePage.objects.get(pk=district.site.root_page_id)
        if home.tagline:
            return
        home.site_name, home.tagline = record.site_name, record.tagline
        home.intro = bodies.html([record.intro])
        home.cover = self._picture(record.cover)
        home.about = json.dumps(bodies.paragraphs(record.about, where=f"{district.slug}/about"))
        home.organisation, home.address = record.organisation, record.address
        home.save_revision().publish()

    def _festival(self, district: District, record: records.Festival) -> None:
        where = f"{record.district}/{record.slug}"
        stages = {stage.key: stage.name for stage in record.stage}
        programme = [
            {
                "type": "act",
                "id": bodies.stable_id(where, "act", act.title),
                "value": {
                    "title": act.title,
                    "summary": act.summary,
                    "items": [
                        {
                            "type": "item",
                            "id": bodies.stable_id(where, item.key),
                            "value": _item(record, item, stages),
                        }
                        for item in act.item
                    ],
                },
            }
            for act in record.act
        ]
        plan = record.floor_plan
        landmarks = [
            {
                "type": "landmark",
                "id": bodies.stable_id(where, "landmark", n),
                "value": {
                    "kind": landmark.kind,
                    "label": landmark.label,
                    "shape": " ".join(f"{x:g},{y:g}" for x, y in landmark.shape),
                },
            }
            for n, landmark in enumerate(plan.landmark if plan else ())
        ]
        point = record.venue.point
        page = FestivalPage(
            slug=record.slug,
            title=record.title,
            edition=record.edition,
            theme=record.theme,
            summary=record.summary,
            starts_on=record.starts_on,
            ends_on=record.ends_on if record.ends_on != record.starts_on else None,
            date_note=record.date_note,
            venue_name=record.venue.name,
            venue_address=record.venue.address,
            longitude=point[0] if point else None,
            latitude=point[1] if point else None,
            hosts="\n".join(record.hosts),
            co_hosts="\n".join(record.co_hosts),
            organisers="\n".join(record.organisers),
            cover=self._picture(record.cover),
            body=bodies.html(record.body),
            programme=json.dumps(programme),
            programme_note=record.programme_note,
            landmarks=json.dumps(landmarks),
            is_sample=record.is_sample,
        )
        if plan:
            page.plan_width, page.plan_height = plan.width, plan.height
        page.stages = [
            Stage(name=stage.name, note=stage.note, sort_order=n) for n, stage in enumerate(record.stage)
        ]
        page.broadcasts = [
            Broadcast(
                platform=one.platform,
                url=one.url,
                views=one.views,
                as_of=one.as_of,
                note=one.note,
                sort_order=n,
            )
            for n, one in enumerate(record.broadcast)
        ]
        page = self._add(district, "festivals", page, record.published_at)
        for act in record.act:
            for item in act.item:
                self.items[f"{where}#{item.key}"] = f"{page.pk}:{bodies.stable_id(where, item.key)}"
        for n, zone in enumerate(record.zone):
            self._zone(page, zone, order=n)
        if record.booking is not None:
            booking.load(page, record.booking)

    def _zone(self, page: FestivalPage, record: records.Zone, *, order: int) -> None:
        zone, created = Zone.objects.get_or_create(
            festival=page,
            slug=record.slug,
            defaults={
                "name": record.name,
                "summary": record.summary,
                "colour": record.colour,
                "offers": "\n".join(record.offers),
                "shape": [list(point) for point in record.shape],
                "order": order,
            },
        )
        if created:
            # In bulk, without a refresh of the shelf for each: the district's whole shelf is written at the end.
            Booth.objects.bulk_create(
                Booth(
                    zone=zone,
                    festival=page,
                    number=booth.number,
                    x=booth.x,
                    y=booth.y,
                    width=booth.width,
                    height=booth.height,
                    rotation=booth.rotation,
                    offer=booth.offer,
                )
                for booth in record.booths
            )

    def _craftsman(self, district: District, record: records.Craftsman) -> CraftsmanPage:
        page = CraftsmanPage(
            slug=record.slug,
            title=record.name,
            summary=record.summary,
            portrait=self._picture(record.portrait),
            body=json.dumps(bodies.paragraphs(record.story, where=f"{record.district}/{record.slug}")),
            community=self.communities.get((record.district, record.community)),
            address=record.contact_address,
            consented_on=record.published_at.date() if record.contact_address else None,
            workshop_open=record.workshop_open,
            workshop_note=record.workshop_note,
            is_sample=record.is_sample,
        )
        page.crafts = [
            CraftsmanCraft(craft=self.crafts[slug], sort_order=n) for n, slug in enumerate(record.crafts)
        ]
        page.works = [
            CraftsmanWork(image=self.pictures[work.picture], caption=work.caption, sort_order=n)
            for n, work in enumerate(record.works)
        ]
        return self._add(district, "craftsmen", page, record.published_at)

    def _place(self, district: District, record: records.Place) -> None:
        page = PlacePage(
            slug=record.slug,
            title=record.title,
            kind=record.kind,
            summary=record.summary,
            cover=self._picture(record.cover),
            body=json.dumps(bodies.paragraphs(record.body, where=f"{record.district}/{record.slug}")),
            community=self.communities.get((record.district, record.community)),
            address=record.address,
            longitude=record.point[0] if record.point else None,
            latitude=record.point[1] if record.point else None,
            features=list(record.features),
            access_note=record.accessibility_note,
            is_sample=record.is_sample,
        )
        page.hours = [
            OpeningHours(
                days=row.days,
                opens=dt.time.fromisoformat(row.opens) if row.opens else None,
                closes=dt.time.fromisoformat(row.closes) if row.closes else None,
                note=row.note,
                sort_order=n,
            )
            for n, row in enumerate(record.hours)
        ]
        self._add(district, "places", page, record.published_at)

    def _story(self, district: District, record: records.Story, craftsmen: dict[str, CraftsmanPage]) -> None:
        body = bodies.stream(
            record.body, where=f"{record.district}/{record.slug}", pictures=self.pictures, items=self.items
        )
        page = StoryPage(
            slug=record.slug,
            title=record.title,
            summary=record.summary,
            kind=record.kind,
            theme=record.theme,
            community=self.communities.get((record.district, record.community)),
            byline=record.byline,
            source=record.source,
            reprint_note=record.reprint_note,
            tags=" ".join(record.tags),
            cover=self._picture(record.cover),
            body=json.dumps(body),
            featured=record.featured,
        )
        page.craftsmen = [
            StoryCraftsman(craftsman=craftsmen[slug], sort_order=n) for n, slug in enumerate(record.craftsmen)
        ]
        self._add(district, "stories", page, record.published_at)


def _item(festival: records.Festival, item: records.ProgrammeItem, stages: dict[str, str]) -> dict[str, Any]:
    start = festival.starts_at(item)
    return {
        "title": item.title,
        "kind": item.kind,
        "starts_at": start.isoformat() if start else None,
        "minutes": item.minutes,
        "stage": stages.get(item.stage, ""),
        "performers": [
            {
                "type": "item",
                "id": bodies.stable_id(item.key, n),
                "value": {"name": one.name, "community": one.community},
            }
            for n, one in enumerate(item.performers)
        ],
        "summary": item.summary,
        "status": "scheduled",
    }
