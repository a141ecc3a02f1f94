from django.apps import AppConfig


class SitesConfig(AppConfig):
    """The kernel: districts, people, and what each district has published."""

    name = "sites"
    label = "districts"  # django.contrib.sites owns the label "sites"
    verbose_name = "区县"

    def ready(self) -> None:
        from sites import checks, outbox_mail, policies, references, shelving
        from sites.domain import gateways, outbox
        from sites.enums import Channel
        from sites.sign_in import trail

        policies.register()
        references.connect()
        checks.register()
        shelving.connect()
        trail.connect()
        outbox.register(Channel.EMAIL, outbox_mail.deliver)
        outbox.register(Channel.WEBHOOK, gateways.deliver)
