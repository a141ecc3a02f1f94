"""Choices of the festival. Values are stored and public; labels are what people read."""

from django.db import models


class ItemKind(models.TextChoices):
    """What a programme item is."""

    FILM = "film", "短片"
    TALK = "talk", "讲述"
    RECITAL = "recital", "朗诵"
    SKETCH = "sketch", "小品"
    RELEASE = "release", "成果发布"
    MUSIC = "music", "音乐"
    DANCE = "dance", "舞蹈"
    CEREMONY = "ceremony", "仪式"
    WORKSHOP = "workshop", "体验"
    GAME = "game", "游戏"


class ItemStatus(models.TextChoices):
    """Whether a programme item takes place."""

    SCHEDULED = "scheduled", "如期"
    CANCELLED = "cancelled", "取消"


class LandmarkKind(models.TextChoices):
    """What a floor plan shows beside zones and booths."""

    STAGE = "stage", "舞台"
    GATE = "gate", "入口"
    TOILET = "toilet", "卫生间"
    FIRST_AID = "first-aid", "医疗点"
    WATER = "water", "饮水处"
    TREE = "tree", "树"
    PATH = "path", "通道"
    SERVICE = "service", "服务台"
