"""Choices of the kernel. Values are stored and public; labels are what people read."""

from django.db import models


class Role(models.TextChoices):
    """What a person does in a district; each is a group of its own."""

    EDITOR = "editor", "编辑"
    MODERATOR = "moderator", "审核员"
    ORGANISER = "organiser", "活动组织者"
    ADMIN = "admin", "区县管理员"


class CommunityKind(models.TextChoices):
    """Whether a community is a town's (社区) or a village's (村)."""

    URBAN = "urban", "城市社区"
    RURAL = "rural", "农村社区"
