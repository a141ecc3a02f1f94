"""Choices of pictures. Values are stored; labels are what people read."""

from django.db import models


class Consent(models.TextChoices):
    """Whether the people in a picture, or who made it, agree to its being public."""

    NOT_NEEDED = "not-needed", "无需授权"
    GRANTED = "granted", "已取得同意"
    WITHDRAWN = "withdrawn", "已撤回"
