"""Layer 4 of tenancy: Wagtail's own views where a policy and the gate are not enough, because one answer mixes what is
the person's with what is not: filters that list everybody, the page chooser, "all" of a bulk action, panels.

Each is replaced at the place that Wagtail supports: a `PageViewSet`, a re-registered bulk action, a hook, or an address
before Wagtail's own with the same name. `cms.wagtail_hooks` imports this package's hooks, `cms.urls` its addresses.
"""
