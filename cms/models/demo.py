from __future__ import annotations

from django.db import models

from sites.ownership import OfNobody


class DemoLoad(models.Model):
    """Says that this database is the demo city's. Without it `load_demo` touches nothing that is there."""

    ownership = OfNobody()

    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_demo")]

    def __str__(self) -> str:
        return "演示数据"
