"""Two requests that wait for each other both end well: PostgreSQL breaks the tie, and we run the loser again.

On SQLite one writes at a time from the beginning of its transaction, so the two never meet, and nothing has to be done.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from sites import repeating, transactions
from sites.models import FeedCounter
from tests.city import City


def _post_both(city: City) -> list[int]:
    """Two requests that write the feeds of two districts, each in its own order; their status codes."""
    meeting = threading.Barrier(2)
    middleware = transactions.AtomicWritesMiddleware(lambda request: HttpResponse())
    wuhou, jinjiang = city.wuhou.pk, city.jinjiang.pk

    def post(order: tuple[int, int]) -> int:
        is_first_run = connection.vendor == "postgresql"

        def view(request: HttpRequest) -> HttpResponse:
            nonlocal is_first_run
            assert request.POST["word"] == "院坝"
            FeedCounter.objects.filter(pk=order[0]).update(seq=100)
            if is_first_run:
                is_first_run = False
                meeting.wait(20)
            FeedCounter.objects.filter(pk=order[1]).update(seq=100)
            return HttpResponse()

        try:
            request = RequestFactory().post("/admin/", {"word": "院坝"})
            response = middleware.process_view(request, view, [], {})
            assert response is not None
            return response.status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(post, order) for order in ((wuhou, jinjiang), (jinjiang, wuhou))]
        return [one.result(30) for one in asked]


def test_requests_that_wait_for_each_other_both_end_well(committed_city: City) -> None:
    assert _post_both(committed_city) == [200, 200]
    assert set(
        FeedCounter.objects.exclude(district=committed_city.chengdu).values_list("seq", flat=True)
    ) == {100}


def test_without_another_attempt_one_of_them_fails_on_postgresql(
    committed_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeating, "ATTEMPTS", 1)
    if connection.vendor == "sqlite":
        assert _post_both(committed_city) == [200, 200]
        return
    with pytest.raises(OperationalError, match="deadlock"):
        _post_both(committed_city)
