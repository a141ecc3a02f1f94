"""Choices of the kernel. Values are stored and public; labels are what people read."""

from django.db import models


class Role(models.TextChoices):
    """What a person does in a district; each is a group of its own."""

    EDITOR = "editor", "编辑"
    MODERATOR = "moderator", "审核员"
    ORGANISER = "organiser", "活动组织者"
    ADMIN = "admin", "区县管理员"


class TokenAction(models.TextChoices):
    """What a program may do with an API token, beside reading what is public."""

    DRAFTS = "drafts", "读取草稿"


class DraftState(models.TextChoices):
    """How far a page is that is not public as it stands."""

    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    SCHEDULED = "scheduled", "定时发布"
    CHANGED = "changed", "已公开，有未发布的修改"


class CommunityKind(models.TextChoices):
    """Whether a community is a town's (社区) or a village's (村)."""

    URBAN = "urban", "城市社区"
    RURAL = "rural", "农村社区"


class Act(models.TextChoices):
    """What the audit trail records: sign-ins, and whatever changes who may do what or where things belong."""

    SIGNED_IN = "signed_in", "登录"
    SIGNED_OUT = "signed_out", "退出"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    LOCKED_OUT = "locked_out", "登录被锁定"
    PASSWORD_CHANGED = "password_changed", "修改密码"
    SECOND_FACTOR_SET = "second_factor_set", "启用两步验证"
    SECOND_FACTOR_REMOVED = "second_factor_removed", "停用两步验证"
    SECOND_FACTOR_RULE = "second_factor_rule", "改变两步验证要求"
    INVITED = "invited", "邀请"
    INVITATION_REVOKED = "invitation_revoked", "撤回邀请"
    INVITATION_ACCEPTED = "invitation_accepted", "接受邀请"
    ROLE_GIVEN = "role_given", "给予角色"
    ROLE_TAKEN = "role_taken", "取消角色"
    COMMUNITIES_CHANGED = "communities_changed", "改变负责的社区"
    TOKEN_MADE = "token_made", "创建接口令牌"
    TOKEN_REVOKED = "token_revoked", "停用接口令牌"
    DISTRICT_CREATED = "district_created", "创建区县"
    DISTRICT_EXPORTED = "district_exported", "导出区县"
    DISTRICT_IMPORTED = "district_imported", "导入区县"
    DISTRICT_DELETED = "district_deleted", "删除区县"
    STORY_PASSED = "story_passed", "送出故事"
    STORY_TAKEN = "story_taken", "收下故事"
    STORY_DECLINED = "story_declined", "退回故事"
    NUMBER_CONFIRMED = "number_confirmed", "确认公开号码"
    APPLICATIONS_EXPORTED = "applications_exported", "导出摊位申请"
    GATEWAY_SET = "gateway_set", "设置短信网关"
    GATEWAY_SECRET_CHANGED = "gateway_secret_changed", "更换短信网关密钥"
    GATEWAY_ENDED = "gateway_ended", "停用短信网关"
    NOTICE_RESENT = "notice_resent", "重发通知"
    PERSON_ERASED = "person_erased", "删除个人信息"


class Channel(models.TextChoices):
    """By what way a message of the outbox goes out."""

    EMAIL = "email", "邮件"
    WEBHOOK = "webhook", "短信网关"


class Delivery(models.TextChoices):
    """How far a message of the outbox is. What is dead is not tried again."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    DEAD = "dead", "未能送达"
