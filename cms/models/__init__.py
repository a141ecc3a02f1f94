"""The content page types: home, stories, craftsmen, places; the city's notices; stories passed between districts."""

from cms.models.craftsmen import Craft, CraftsmanCraft, CraftsmanIndexPage, CraftsmanPage, CraftsmanWork
from cms.models.demo import DemoLoad
from cms.models.handovers import ReceivedPicture, ReceivedStory, SentPicture, SentStory
from cms.models.home import HomePage
from cms.models.notices import HomeNotice, Notice
from cms.models.places import OpeningHours, PlaceIndexPage, PlacePage
from cms.models.stories import StoryCraftsman, StoryIndexPage, StoryPage

__all__ = [
    "Craft",
    "CraftsmanCraft",
    "CraftsmanIndexPage",
    "CraftsmanPage",
    "CraftsmanWork",
    "DemoLoad",
    "HomeNotice",
    "HomePage",
    "Notice",
    "OpeningHours",
    "PlaceIndexPage",
    "PlacePage",
    "ReceivedPicture",
    "ReceivedStory",
    "SentPicture",
    "SentStory",
    "StoryCraftsman",
    "StoryIndexPage",
    "StoryPage",
]
