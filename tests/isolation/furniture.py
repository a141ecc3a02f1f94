"""One of everything that a district can own, each field with a word of its own."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from PIL import Image
from wagtail.admin.models import EditingSession, FormState
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Comment,
    CommentReply,
    Page,
    PageSubscription,
    PageViewRestriction,
    UploadedFile,
)

from cms.domain import handovers
from cms.models import (
    Craft,
    CraftsmanCraft,
    CraftsmanPage,
    CraftsmanWork,
    HomeNotice,
    HomePage,
    Notice,
    OpeningHours,
    PlacePage,
    StoryCraftsman,
    StoryPage,
)
from festival.models import Booth, Broadcast, FestivalPage, Stage, Zone
from media.models import Document, Picture
from sites.domain import audit, tokens
from sites.enums import Act, Channel, Role, TokenAction
from sites.models import Community, District, Invitation, OutboxMessage, SiteBuild, User
from tests.isolation.markers import SYLLABLES, Level, mark
from tests.isolation.stalls import Stalls

# A word that both districts use, to search for.
COMMON = "commonword"
_SQUARE = [[0, 0], [400, 0], [400, 300], [0, 300]]


def _drawing(name: str, colour: str) -> ContentFile[bytes]:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), f"{name}.jpg")


class Furniture:
    """What stands in one district."""

    def __init__(self, district: District, people: dict[str, User]) -> None:
        self.district, self.people, self.slug = district, people, district.slug
        self.pages: dict[str, Page] = {}
        self.stalls: Stalls
        self.colour = {"wuhou": "#a63a28", "jinjiang": "#285aa6"}.get(self.slug, "#2fa628")

    def bring_in(self) -> None:
        """Make everything."""
        self._communities()
        self._files()
        self._festivals()
        Stalls(self).bring_in()
        self._craftsmen_and_places()
        self._home()
        self._stories()
        self._moderation()
        self._desk()
        self._office()
        self._gifts()

    # --- words --------------------------------------------------------------------------------------------------------

    def secret(self, name: str) -> str:
        return mark(self.slug, name)

    def public(self, name: str) -> str:
        return mark(self.slug, name, level=Level.PUBLIC)

    def file_name(self, name: str) -> str:
        """A word of a file: the city's files are for everybody."""
        return mark(self.slug, name, level=Level.SHARED if self.district.is_city else Level.SECRET)

    # --- what is chosen from ------------------------------------------------------------------------------------------

    def _communities(self) -> None:
        made = [
            Community.objects.create(
                district=self.district,
                slug=self.public(f"{name}slug"),
                name=f"{self.public(name)} {COMMON}",
                subdistrict=self.public(f"{name}town"),
            )
            for name in ("community", "secondcommunity", "unusedcommunity")
        ]
        self.community, self.second_community, self.unused_community = made
        for community in made:
            log(community, "wagtail.create", user=self.people["admin"])
            log(community, "wagtail.edit", user=self.people["admin"], data={"note": self.secret("logdata")})
        if self.district.is_city:
            self.craft = Craft.objects.create(
                slug=mark(self.slug, "craftslug", level=Level.SHARED),
                name=mark(self.slug, "craft", level=Level.SHARED)[:20],
            )
        else:
            self.craft = Craft.objects.get()

    def _files(self) -> None:
        drawer = self.district.collection.add_child(instance=Collection(name=self.file_name("drawer")))
        self.drawer = Collection.objects.get(pk=drawer.pk)
        self.picture, self.unused_picture, self.drawer_picture = (
            Picture.objects.create(
                title=f"{self.file_name(name)} {COMMON}",
                file=_drawing(self.file_name(f"{name}file"), self.colour),
                description=self.public(f"{name}alt"),
                credit=self.public(f"{name}credit"),
                consent_note=self.file_name(f"{name}consentnote"),
                collection=collection,
                uploaded_by_user=self.people["editor"],
            )
            for name, collection in (
                ("picture", self.district.collection),
                ("unusedpicture", self.district.collection),
                ("drawerpicture", self.drawer),
            )
        )
        self.document, self.drawer_document = (
            Document.objects.create(
                title=f"{self.file_name(name)} {COMMON}",
                # The first one is linked in a published story: whoever reads that may download it.
                file=ContentFile(word(f"{name}content").encode(), f"{word(f'{name}file')}.txt"),
                collection=collection,
                uploaded_by_user=self.people["editor"],
            )
            for name, collection, word in (
                ("document", self.district.collection, self.public),
                ("drawerdocument", self.drawer, self.file_name),
            )
        )
        self.document.tags.add(self.secret("documenttag"))
        self.picture.tags.add(self.secret("picturetag"))
        for file in (self.picture, self.document):
            log(file, "wagtail.edit", user=self.people["editor"])
        for model, who in ((Picture, "editor"), (Document, "moderator")):
            UploadedFile.objects.create(
                for_content_type=ContentType.objects.get_for_model(model),
                file=_drawing(self.secret(f"pending{model._meta.model_name}"), self.colour),
                uploaded_by_user=self.people[who],
            )
        restriction = CollectionViewRestriction.objects.create(
            collection=self.drawer, restriction_type="groups"
        )
        restriction.groups.add(self.people["editor"].groups.get())

    # --- pages --------------------------------------------------------------------------------------------------------

    def _add(self, name: str, section: str, page: Any, *, publish: bool = True) -> Any:
        page.live = False
        page.owner = self.people["editor"]
        shelf = HomePage.objects.get(pk=self.district.site.root_page_id).get_children().get(slug=section)
        Page.objects.get(pk=shelf.pk).add_child(instance=page)
        revision = page.save_revision(user=self.people["editor"], log_action=True)
        if publish:
            revision.publish(user=self.people["moderator"])
        found = type(page).objects.get(pk=page.pk)
        self.pages[name] = found
        return found

    def body(self, name: str, level: Level = Level.SECRET, *, full: bool = False) -> list[Any]:
        """A story's body; a full one holds every block with a reference that there is."""
        word = mark(self.slug, f"{name}body", level=level)
        source = f"<p>{word} {COMMON}</p>"
        if not full:
            return [("paragraph", source)]
        links = (
            f'<p><a linktype="page" id="{self.pages["craftsman"].pk}">一</a>'
            f'<a linktype="document" id="{self.document.pk}">二</a></p>'
        )
        captioned = {"image": self.picture, "caption": mark(self.slug, f"{name}caption", level=level)}
        festival = self.pages["festival"]
        return [
            ("paragraph", source + links),
            ("picture", captioned),
            ("gallery", {"title": "", "images": [captioned, captioned]}),
            (
                "video",
                {
                    "title": mark(self.slug, f"{name}video", level=level),
                    "url": "https://video.example/1",
                    "poster": self.picture,
                    "duration": "",
                    "transcript": "",
                },
            ),
            ("callout", {"title": "提示", "html": links, "tone": "info"}),
            ("festival_item", {"item": f"{festival.pk}:{self.item_id}"}),
        ]

    def _festivals(self) -> None:
        self.item_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, self.slug))
        for name, publish, level in (
            ("festival", True, Level.PUBLIC),
            ("draftfestival", False, Level.SECRET),
        ):
            self._add(name, "festivals", self._festival(name, level), publish=publish)
            festival = self.pages[name]
            zone = Zone.objects.create(
                festival=festival,
                slug=mark(self.slug, f"{name}zoneslug", level=level),
                name=f"{mark(self.slug, f'{name}zone', level=level)} {COMMON}",
                summary=mark(self.slug, f"{name}zonesummary", level=level),
                offers=mark(self.slug, f"{name}zoneoffers", level=level),
                shape=_SQUARE,
            )
            Booth.objects.create(
                zone=zone,
                number="A01",
                offer=mark(self.slug, f"{name}boothoffer", level=level),
                x=20,
                y=20,
            )
            log(zone, "wagtail.edit", user=self.people["organiser"])
            if publish:
                self.zone = zone
            else:
                self.draft_zone = zone

    def _festival(self, name: str, level: Level) -> FestivalPage:
        def word(field: str) -> str:
            return mark(self.slug, f"{name}{field}", level=level)

        item = {
            "type": "item",
            "id": self.item_id if name == "festival" else str(uuid.uuid4()),
            "value": {
                "title": word("item"),
                "kind": "talk",
                "starts_at": None,
                "minutes": None,
                "stage": word("stage"),
                "performers": [
                    {
                        "type": "item",
                        "id": str(uuid.uuid4()),
                        "value": {"name": word("performer"), "community": word("performerfrom")},
                    }
                ],
                "summary": word("itemsummary"),
                "status": "scheduled",
            },
        }
        act = {"title": word("act"), "summary": word("actsummary"), "items": [item]}
        page = FestivalPage(
            title=f"{word('title')} {COMMON}",
            slug=word("slug"),
            theme=word("theme"),
            summary=word("summary"),
            starts_on=dt.date(2024, 12, 21),
            date_note=word("datenote"),
            venue_name=word("venue"),
            venue_address=word("venueaddress"),
            hosts=word("hosts"),
            body=f"<p>{word('body')}</p>",
            programme=json.dumps([{"type": "act", "id": str(uuid.uuid4()), "value": act}]),
            programme_note=word("programmenote"),
            cover=self.picture,
            landmarks=[("landmark", {"kind": "gate", "label": word("gate")[:20], "shape": "0,0 9,0 9,9"})],
        )
        page.stages = [Stage(name=word("stage"), note=word("stagenote"))]
        page.broadcasts = [
            Broadcast(
                platform=word("platform"), url=f"https://{word('stream')}.example/", note=word("streamnote")
            )
        ]
        return page

    def _craftsmen_and_places(self) -> None:
        for name, publish, level in (
            ("craftsman", True, Level.PUBLIC),
            ("draftcraftsman", False, Level.SECRET),
        ):
            page = CraftsmanPage(
                title=f"{mark(self.slug, f'{name}title', level=level)} {COMMON}",
                summary=mark(self.slug, f"{name}summary", level=level),
                portrait=self.picture,
                body=self.body(name, level),
                # Nobody agreed to their publication.
                phone=self.secret(f"{name}phone"),
                wechat=self.secret(f"{name}wechat"),
                address=self.secret(f"{name}address"),
                workshop_note=mark(self.slug, f"{name}workshop", level=level),
                community=self.community,
            )
            page.crafts = [CraftsmanCraft(craft=self.craft)]
            page.works = [
                CraftsmanWork(image=self.picture, caption=mark(self.slug, f"{name}work", level=level))
            ]
            self._add(name, "craftsmen", page, publish=publish)
            place = name.replace("craftsman", "place")
            spot = PlacePage(
                title=f"{mark(self.slug, f'{place}title', level=level)} {COMMON}",
                summary=mark(self.slug, f"{place}summary", level=level),
                cover=self.picture,
                body=self.body(place, level),
                address=mark(self.slug, f"{place}address", level=level),
                phone=mark(self.slug, f"{place}phone", level=level),
                access_note=mark(self.slug, f"{place}access", level=level),
                community=self.second_community,
            )
            spot.hours = [
                OpeningHours(
                    days=mark(self.slug, f"{place}days", level=level),
                    note=mark(self.slug, f"{place}hoursnote", level=level),
                )
            ]
            self._add(place, "places", spot, publish=publish)

    def _home(self) -> None:
        home = HomePage.objects.get(pk=self.district.site.root_page_id)
        home.site_name = self.public("homename")[:20]
        for field in ("tagline", "organisation", "phone", "address"):
            setattr(home, field, self.public(f"home{field}"))
        home.email = f"{self.public('homemail')}@example.org"
        home.intro = f"<p>{self.public('homeintro')}</p>"
        home.cover = self.picture
        home.notices = [HomeNotice(notice=self._notice())]
        home.save_revision(user=self.people["admin"]).publish(user=self.people["admin"])
        self.pages["home"] = HomePage.objects.get(pk=home.pk)
        for section in home.get_children():
            self.pages[section.slug] = section.specific

    def _notice(self) -> Notice:
        """The city's notice, which every district may choose."""
        if not self.district.is_city:
            return Notice.objects.get()
        return Notice.objects.create(
            title=mark(self.slug, "notice", level=Level.SHARED),
            text=f"<p>{mark(self.slug, 'noticetext', level=Level.SHARED)}</p>",
        )

    def _story(
        self, name: str, level: Level = Level.SECRET, *, full: bool = False, **values: Any
    ) -> StoryPage:
        def word(field: str) -> str:
            return mark(self.slug, f"{name}{field}", level=level)

        page = StoryPage(
            title=f"{word('title')} {COMMON}",
            summary=word("summary"),
            cover=self.picture,
            body=self.body(name, level, full=full),
            byline=word("byline"),
            source=word("source"),
            reprint_note=word("reprint"),
            tags=word("tag"),
            community=self.community,
            **values,
        )
        page.craftsmen = [StoryCraftsman(craftsman=self.pages["craftsman"])]
        return page

    def _stories(self) -> None:
        live = self._add("story", "stories", self._story("story", Level.PUBLIC, full=True))
        # A published story with a draft over it.
        live.title = f"{self.secret('storydrafttitle')} {COMMON}"
        live.body = self.body("storydraft", full=True)
        live.save_revision(user=self.people["editor"], log_action=True)
        self.pages["story"] = StoryPage.objects.get(pk=live.pk)
        self._add("draftstory", "stories", self._story("draftstory", full=True), publish=False)
        self._add(
            "secondstory",
            "stories",
            self._story("secondstory", Level.PUBLIC),
        )
        StoryPage.objects.filter(pk=self.pages["secondstory"].pk).update(community=self.second_community)
        scheduled = self._story("scheduled", go_live_at=timezone.now() + dt.timedelta(days=9))
        self._add("scheduledstory", "stories", scheduled, publish=True)
        private = self._add("privatestory", "stories", self._story("privatestory"), publish=False)
        restriction = PageViewRestriction.objects.create(page=private, restriction_type="groups")
        restriction.groups.add(self.people["editor"].groups.get())
        locked = self._add("lockedstory", "stories", self._story("lockedstory"), publish=False)
        Page.objects.filter(pk=locked.pk).update(
            locked=True, locked_by=self.people["moderator"], locked_at=timezone.now()
        )
        gone = self._add("deletedstory", "stories", self._story("deletedstory"), publish=False)
        log(gone, "wagtail.delete", user=self.people["admin"], deleted=True)
        gone.delete()
        del self.pages["deletedstory"]

    def _moderation(self) -> None:
        workflow = self.pages["home"].get_workflow()
        for name in ("waitingstory", "returnedstory"):
            page = self._add(name, "stories", self._story(name), publish=False)
            state = workflow.start(page, self.people["editor"])
            task_state = state.current_task_state
            if name == "returnedstory":
                task_state.specific.reject(
                    user=self.people["moderator"], comment=self.secret("rejectioncomment")
                )

    # --- at work ------------------------------------------------------------------------------------------------------

    def _desk(self) -> None:
        story = self.pages["draftstory"]
        comment = Comment.objects.create(
            page=story,
            user=self.people["moderator"],
            text=self.secret("comment"),
            contentpath="title",
            revision_created=story.latest_revision,
        )
        CommentReply.objects.create(
            comment=comment, user=self.people["editor"], text=self.secret("commentreply")
        )
        PageSubscription.objects.update_or_create(
            page=story, user=self.people["editor"], defaults={"comment_notifications": True}
        )
        for name in ("story", "draftstory"):
            EditingSession.objects.create(
                user=self.people["moderator"],
                content_type=ContentType.objects.get_for_model(StoryPage),
                object_id=str(self.pages[name].pk),
                # Of sessions not seen for an hour Wagtail clears its table, whoever comes along; a run may take longer.
                last_seen_at=timezone.now() + dt.timedelta(days=1),
                is_editing=True,
            )
        FormState.objects.create(
            data=f"title={self.secret('formstate')}",
            user=self.people["editor"],
            content_type=ContentType.objects.get_for_model(StoryPage),
            object_id=str(story.pk),
            parent_object_id="",
            last_updated_at=timezone.now(),
        )
        for rendition in ("max-165x165", "width-400"):
            self.picture.get_rendition(rendition)

    def _office(self) -> None:
        admin, later = self.people["admin"], timezone.now() + dt.timedelta(days=7)
        invitation = Invitation.objects.create(
            district=self.district,
            email=f"{self.secret('invitationmail')}@example.org",
            role=Role.EDITOR,
            digest=f"{self.slug}-invitation",
            invited_by=admin,
            expires_at=later,
        )
        invitation.communities.add(self.community)
        _, self.token = tokens.make(
            district=self.district,
            name=self.secret("tokenname"),
            actions=list(TokenAction),
            expires_at=later,
            actor=admin,
        )
        audit.record(
            act=Act.ROLE_GIVEN,
            actor=admin,
            district=self.district,
            subject=self.people["editor"],
            note=self.secret("auditdetail"),
        )
        audit.record(
            act=Act.INVITED,
            actor=admin,
            district=self.district,
            subject_name=self.secret("auditsubject"),
        )
        SiteBuild.objects.update_or_create(
            district=self.district,
            defaults={"problem": self.secret("buildproblem"), "holder": self.secret("builder")},
        )
        OutboxMessage.objects.create(
            key=f"{self.slug}-mail",
            district=self.district,
            channel=Channel.EMAIL,
            recipient=f"{self.secret('outboxmail')}@example.org",
            payload={"subject": self.secret("outboxsubject")},
            next_attempt_at=later,
        )
        # Not of the cast: whoever has a device is asked for its code at every sign-in.
        careful = User.objects.create_user(self.secret("carefuluser"))
        careful.groups.add(self.people["editor"].groups.get())
        TOTPDevice.objects.create(user=careful, name=self.secret("device"))

    # --- passed on ----------------------------------------------------------------------------------------------------

    def _gifts(self) -> None:
        """A story that is sent to whoever wants it, with a draft over it that stays at home, and one from the city."""
        story = self._story("gift", Level.SHARED)
        story.cover = Picture.objects.create(
            title=mark(self.slug, "giftpicture", level=Level.SHARED),
            file=_drawing(mark(self.slug, "giftpicturefile", level=Level.SHARED), self.colour),
            description=mark(self.slug, "giftpicturealt", level=Level.SHARED),
            consent_note=self.secret("giftpictureconsent"),
            collection=self.district.collection,
        )
        story.craftsmen = []
        self._add("giftstory", "stories", story)
        story = self.pages["giftstory"]
        story.summary = self.secret("giftdraft")
        story.save_revision(user=self.people["editor"], log_action=True)
        self.pages["giftstory"] = StoryPage.objects.get(pk=story.pk)
        city = District.objects.get(is_city=True)
        if self.district != city:
            self.send_to(city, note=self.secret("giftnote"))
            gift = StoryPage.objects.get(slug__contains=f"{SYLLABLES[city.slug]}gift")
            handovers.send(
                story=gift,
                targets=[self.district],
                by=User.objects.get(username=f"{SYLLABLES[city.slug]}moderatoruser"),
                note=self.secret("receivednote"),
            )

    def send_to(self, target: District, *, note: str) -> None:
        """Pass the gift on."""
        handovers.send(
            story=self.pages["giftstory"], targets=[target], by=self.people["moderator"], note=note
        )
