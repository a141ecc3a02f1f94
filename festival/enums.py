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


class ProgrammeChange(models.TextChoices):
    """What became of a programme item from one version of the programme to the next."""

    ADDED = "added", "新增"
    REMOVED = "removed", "撤下"
    MOVED = "moved", "改时间地点"
    CANCELLED = "cancelled", "取消"
    RESTORED = "restored", "恢复"
    RENAMED = "renamed", "改名"
    EDITED = "edited", "更新内容"


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


class ZoneMode(models.TextChoices):
    """How the booths of a zone come to stallholders."""

    ALLOT = "allot", "由组织者分配"
    PICK = "pick", "审核通过后自己选"
    OPEN = "open", "开放选位，先到先得"


class QuestionKind(models.TextChoices):
    """How a question of the organiser's is answered."""

    TEXT = "text", "文字"
    CHOICE = "choice", "选择"
    NUMBER = "number", "数字"
    YES_NO = "yes_no", "是或否"
    FILE = "file", "文件"


class ApplicationState(models.TextChoices):
    """How far an application for a booth is."""

    DRAFT = "draft", "填写中"
    SUBMITTED = "submitted", "已提交"
    NEEDS_INFO = "needs_info", "待补充"
    WAITLISTED = "waitlisted", "候补"
    OFFERED = "offered", "等待确认"
    APPROVED = "approved", "已通过"
    ALLOCATED = "allocated", "已定摊位"
    CHECKED_IN = "checked_in", "已到场"
    NO_SHOW = "no_show", "未到场"
    LAPSED = "lapsed", "过期未确认"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"
    REVOKED = "revoked", "已取消"


class SlotState(models.TextChoices):
    """Whose a booth is on a day."""

    FREE = "free", "空着"
    HELD = "held", "保留中"
    CONFIRMED = "confirmed", "已定"
    BLOCKED = "blocked", "不开放"


class SlotAct(models.TextChoices):
    """What happened to a booth on a day."""

    HELD = "held", "保留"
    EXTENDED = "extended", "延长保留"
    CONFIRMED = "confirmed", "确定"
    RELEASED = "released", "放回"
    EXPIRED = "expired", "保留到期"
    BLOCKED = "blocked", "停用"
    UNBLOCKED = "unblocked", "恢复"


class ActorKind(models.TextChoices):
    """Who changed an application."""

    APPLICANT = "applicant", "摊主"
    ORGANISER = "organiser", "组织者"
    SYSTEM = "system", "系统"


class ContactKind(models.TextChoices):
    """By what a stallholder is reached."""

    EMAIL = "email", "邮箱"
    PHONE = "phone", "手机"


class Payment(models.TextChoices):
    """What is known of a fee, which is paid outside of the system."""

    NONE = "none", "不收费"
    DUE = "due", "待付"
    PAID = "paid", "已付"
    WAIVED = "waived", "免收"
    REFUNDED = "refunded", "已退"


class Review(models.TextChoices):
    """What the organiser says of a document."""

    PENDING = "pending", "待审核"
    ACCEPTED = "accepted", "合格"
    REFUSED = "refused", "不合格"


class ScanAnswer(models.TextChoices):
    """What a pass that was read on the day turned out to be."""

    ACCEPTED = "accepted", "已签到"
    REPEATED = "repeated", "重复"
    REVOKED = "revoked", "已作废"
    UNKNOWN = "unknown", "查不到"
    CONFLICT = "conflict", "要组织者处理"
