"""A festival's programme in the forms that other programs read: iCalendar, and the schedule XML and JSON of frab.

Each is made from the festival's item alone, so that the API and the built site give the same bytes and no request for
one touches a page's rows.
"""

from frontend_static.programme_formats.calendar import as_calendar
from frontend_static.programme_formats.entries import Entry, entries, moved, moved_from, say, stages_told
from frontend_static.programme_formats.frab import as_json, as_xml

__all__ = [
    "Entry",
    "as_calendar",
    "as_json",
    "as_xml",
    "entries",
    "moved",
    "moved_from",
    "say",
    "stages_told",
]
