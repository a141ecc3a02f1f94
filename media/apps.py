from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Pictures and documents, the public renditions of pictures, and where files are kept."""

    name = "media"
    label = "media"
    verbose_name = "图片与文件"

    def ready(self) -> None:
        from media import upkeep
        from media.models import Picture
        from sites import shelving

        upkeep.connect()
        shelving.watch(Picture)
