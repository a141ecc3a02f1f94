"""Choices of the content. Values are stored and public; labels are what people read."""

from django.db import models


class StoryKind(models.TextChoices):
    """What a story is."""

    STORY = "story", "社区故事"
    PROJECT = "project", "项目"
    RELEASE = "release", "成果发布"
    STATISTICS = "statistics", "数据"
    JUNIOR_REPORTER = "junior-reporter", "小记者"
    ROLE_MODEL = "role-model", "身边榜样"


class Theme(models.TextChoices):
    """人文地景产: the five sides of community building."""

    PEOPLE = "people", "人"
    CULTURE = "culture", "文"
    LAND = "land", "地"
    SCENERY = "scenery", "景"
    INDUSTRY = "industry", "产"


class CraftCategory(models.TextChoices):
    """The families of crafts."""

    HERITAGE = "heritage", "非遗"
    HANDICRAFT = "handicraft", "手作"
    CREATIVE = "creative", "文创"
    REPAIR = "repair", "便民修补"


class PlaceKind(models.TextChoices):
    """What a place is."""

    NEIGHBOUR_SPACE = "neighbour-space", "邻空间"
    SERVICE = "service", "公共服务"
    ORGANISATION = "organisation", "社会组织"


class AccessFeature(models.TextChoices):
    """What makes a place usable by everyone."""

    STEP_FREE = "step-free", "无台阶"
    TOILET = "toilet", "无障碍卫生间"
    HEARING = "hearing", "听障友好"
    NURSING = "nursing", "母婴室"
    PARKING = "parking", "无障碍车位"


class NoticeKind(models.TextChoices):
    """How a notice of the city is to be taken."""

    URGENT = "urgent", "紧急提醒"
    ACTIVITY = "activity", "活动"
    NOTICE = "notice", "通知"


class HandoverState(models.TextChoices):
    """What became of a story that was passed on. Only one that waits can change."""

    WAITING = "waiting", "等待对方决定"
    TAKEN = "taken", "已收下"
    DECLINED = "declined", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class Severity(models.TextChoices):
    """How grave a finding of the content checks is, the gravest first."""

    MUST = "must", "发布前必须改"
    CONFIRM = "confirm", "发布前要确认"
    ADVICE = "advice", "建议改"
