"""Requests that bring too much."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from sites.uploads import BodyLimitMiddleware
from tests.city import CITY_HOST

pytestmark = pytest.mark.django_db


def browser() -> Client:
    return Client(headers={"host": CITY_HOST})


@pytest.fixture(autouse=True)
def _low_limits(settings: object, city: object) -> None:
    settings.LARGEST_BODY = 5000  # type: ignore[attr-defined]
    settings.LARGEST_UPLOAD = 1000  # type: ignore[attr-defined]
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000  # type: ignore[attr-defined]


def test_body_beyond_the_limit_is_refused_before_it_is_read() -> None:
    def reach(request: HttpRequest) -> HttpResponse:
        raise AssertionError("the request went on")

    request = RequestFactory().post("/admin/login/", {"x": "x" * 6000})
    answer = BodyLimitMiddleware(reach)(request)
    assert answer.status_code == 413
    assert "没有接收，什么也没有改变" in answer.content.decode()
    assert request._read_started is False  # type: ignore[attr-defined]


def test_program_is_told_in_json() -> None:
    large = {"file": SimpleUploadedFile("x.jpg", bytes(6000))}
    answer = browser().post(
        "/admin/images/multiple/add/", large, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert (answer.status_code, answer.json()["success"]) == (413, False)
    assert "没有接收" in answer.json()["error_message"]


def test_api_answers_with_a_problem_document() -> None:
    answer = browser().generic("POST", "/api/v1/districts/", b"x" * 6000, content_type="application/json")
    assert answer.status_code == 413
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["type"] == "urn:linli:problem:too-large"


def test_form_fields_beyond_the_limit_are_refused_in_words() -> None:
    answer = browser().post("/admin/login/", {"username": "x" * 3000})
    assert answer.status_code == 413
    assert "没有接收" in answer.content.decode()


def test_length_that_is_no_number_and_a_body_that_breaks_off_are_no_server_errors() -> None:
    client = Client(headers={"host": CITY_HOST}, raise_request_exception=False)
    broken = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'
    for content_type in (
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary=é",
    ):
        answer = client.generic("POST", "/admin/login/", broken, content_type=content_type)
        assert answer.status_code < 500
    assert client.get("/healthz", CONTENT_LENGTH="abc").status_code == 200
