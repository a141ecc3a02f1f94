"""What the demo content is made of. Every reference is a slug or key; `content.load_content` proves that it leads somewhere."""

import datetime as dt
from dataclasses import dataclass, field

from cms.demo.blocks import Block, Captioned
from cms.demo.floor_plan import Booth, Court


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to draw: `palette` is a district's slug, `size` one of artwork.SIZES."""

    key: str
    motif: str
    palette: str
    size: str
    seed: int
    alt: str
    credit: str = "邻里绘"


@dataclass(frozen=True, slots=True)
class Community:
    slug: str
    name: str
    subdistrict: str
    kind: str = "urban"


@dataclass(frozen=True, slots=True)
class District:
    """A tenant. `code` is the GB code or "" for a functional area; the city has `is_city` true."""

    slug: str
    name: str
    site_name: str
    code: str
    accent: str
    accent_dark: str
    accent_name: str
    tagline: str
    intro: str
    about: tuple[str, ...]
    cover: str
    is_city: bool = False
    organisation: str = ""
    address: str = ""
    communities: tuple[Community, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """`community` is a slug within `district`, or "" where the whole district is meant; `theme` may be ""."""

    slug: str
    district: str
    title: str
    summary: str
    kind: str
    body: tuple[Block, ...]
    published_at: dt.datetime
    theme: str = ""
    community: str = ""
    byline: str = ""
    source: str = ""
    reprint_note: str = ""
    tags: tuple[str, ...] = ()
    cover: str = ""
    craftsmen: tuple[str, ...] = ()
    featured: bool = False


@dataclass(frozen=True, slots=True)
class Craft:
    slug: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Craftsman:
    """`story` are paragraphs; `contact_address` is set only where the person is taken to have consented."""

    slug: str
    district: str
    name: str
    crafts: tuple[str, ...]
    community: str
    summary: str
    story: tuple[str, ...]
    portrait: str
    works: tuple[Captioned, ...]
    workshop_open: bool
    workshop_note: str
    published_at: dt.datetime
    contact_address: str = ""
    is_sample: bool = True


@dataclass(frozen=True, slots=True)
class OpeningHours:
    days: str
    opens: str
    closes: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """`point` is (longitude, latitude) in GCJ-02."""

    slug: str
    district: str
    title: str
    summary: str
    kind: str
    community: str
    address: str
    hours: tuple[OpeningHours, ...]
    features: tuple[str, ...]
    body: tuple[str, ...]
    published_at: dt.datetime
    point: tuple[float, float] | None = None
    accessibility_note: str = ""
    cover: str = ""
    is_sample: bool = True


@dataclass(frozen=True, slots=True)
class Stage:
    key: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Performer:
    name: str
    community: str = ""


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """`starts` is a clock time HH:MM on `Festival.starts_on`, or "" where none is known."""

    key: str
    title: str
    kind: str
    stage: str = ""
    starts: str = ""
    minutes: int | None = None
    summary: str = ""
    performers: tuple[Performer, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    title: str
    item: tuple[ProgrammeItem, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    platform: str
    url: str = ""
    views: int | None = None
    as_of: dt.date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Landmark:
    kind: str
    label: str
    shape: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class FloorPlan:
    width: int
    height: int
    landmark: tuple[Landmark, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A court of the plan: `booth_offers` has one entry for each booth, in the order of their numbers; none where
    the stallholders are not known yet."""

    slug: str
    name: str
    summary: str
    colour: str
    offers: tuple[str, ...]
    prefix: str
    court: Court
    booth_offers: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[tuple[float, float], ...]:
        return self.court.shape()

    @property
    def booths(self) -> tuple[Booth, ...]:
        return self.court.booths(prefix=self.prefix, offers=self.booth_offers or ("",) * self.court.places)


@dataclass(frozen=True, slots=True)
class Venue:
    name: str
    address: str
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class ZoneBooking:
    """How one zone is booked; `categories` empty takes all. Money is in yuan."""

    zone: str
    mode: str
    categories: tuple[str, ...] = ()
    fee: str = "0"
    deposit: str = "0"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question (`kind` other than "document") or a document that stallholders of `zones`, or all, are asked for."""

    label: str
    purpose: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    help_text: str = ""
    required: bool = True
    has_expiry: bool = False
    retention_days: int | None = None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Booking:
    """The booking of an edition's booths, which is open for `open_days` after loading."""

    open_days: int
    contact: str
    terms: str
    categories: tuple[str, ...]
    zone: tuple[ZoneBooking, ...]
    question: tuple[Asked, ...] = ()
    document: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Festival:
    slug: str
    district: str
    title: str
    edition: int
    theme: str
    summary: str
    starts_on: dt.date
    ends_on: dt.date
    venue: Venue
    hosts: tuple[str, ...]
    body: tuple[str, ...]
    cover: str
    published_at: dt.datetime
    date_note: str = ""
    co_hosts: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    is_sample: bool = False
    programme_note: str = ""
    stage: tuple[Stage, ...] = ()
    act: tuple[Act, ...] = ()
    broadcast: tuple[Broadcast, ...] = ()
    floor_plan: FloorPlan | None = None
    zone: tuple[Zone, ...] = field(default=())
    booking: Booking | None = None

    def starts_at(self, item: ProgrammeItem) -> dt.datetime | None:
        """When an item begins, in Chengdu time."""
        if not item.starts:
            return None
        clock = dt.time.fromisoformat(item.starts)
        return dt.datetime.combine(self.starts_on, clock, tzinfo=CHINA)

    def ends_at(self, item: ProgrammeItem) -> dt.datetime | None:
        """When an item ends, where its beginning and length are known."""
        start = self.starts_at(item)
        return start + dt.timedelta(minutes=item.minutes) if start and item.minutes else None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the city: shown for `days` after loading (0: without end) by all, or by the districts named.

    `columns` are the heads of the table that is its document.
    """

    key: str
    title: str
    kind: str
    text: tuple[str, ...]
    for_all: bool = False
    days: int = 0
    picture: str = ""
    document: str = ""
    columns: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handover:
    """A story ("district/slug") passed to another district; without `taken_at` it still waits there."""

    story: str
    target: str
    note: str
    taken_at: dt.datetime | None = None


CHINA = dt.timezone(dt.timedelta(hours=8))
