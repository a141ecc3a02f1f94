"""The content page types: home, stories, craftsmen, places."""

from cms.models.craftsmen import Craft, CraftsmanCraft, CraftsmanIndexPage, CraftsmanPage, CraftsmanWork
from cms.models.demo import DemoLoad
from cms.models.home import HomePage
from cms.models.places import OpeningHours, PlaceIndexPage, PlacePage
from cms.models.stories import StoryCraftsman, StoryIndexPage, StoryPage

__all__ = [
    "Craft",
    "CraftsmanCraft",
    "CraftsmanIndexPage",
    "CraftsmanPage",
    "CraftsmanWork",
    "DemoLoad",
    "HomePage",
    "OpeningHours",
    "PlaceIndexPage",
    "PlacePage",
    "StoryCraftsman",
    "StoryIndexPage",
    "StoryPage",
]
