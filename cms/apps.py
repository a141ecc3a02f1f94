from django.apps import AppConfig


class CmsConfig(AppConfig):
    """The composition root and the content pages."""

    name = "cms"
    verbose_name = "内容"

    def ready(self) -> None:
        from cms import comparing, following, kinds, moderation

        kinds.register()
        following.connect()
        moderation.connect()
        comparing.register()
