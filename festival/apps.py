from django.apps import AppConfig


class FestivalConfig(AppConfig):
    """Festival editions, their programme, zones and booths."""

    name = "festival"
    verbose_name = "邻里节"

    def ready(self) -> None:
        from festival import publishing
        from festival.domain import documents

        publishing.register()
        documents.connect()
