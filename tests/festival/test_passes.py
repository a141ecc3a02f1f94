"""Passes: signed, without personal data, revoked by whatever changes the booths."""

from __future__ import annotations

import base64
import io
import json
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from festival.domain import applying, deciding, links, pass_pictures, passes
from festival.enums import ZoneMode
from festival.exceptions import StateChanged
from festival.models import Application, Pass
from tests.city import CITY_HOST, City
from tests.festival.booking import Edition

pytestmark = pytest.mark.once  # shows nothing that hangs on the database


@pytest.fixture
def edition(city: City) -> Edition:
    return Edition(city, starts_on=timezone.localdate(), days=2)


def allocated(edition: Edition, *, n: int = 0, address: str = "tan@example.cn") -> Application:
    booth = edition.booths(ZoneMode.OPEN)[n]
    return edition.submitted(ZoneMode.OPEN, address=address, booths=(booth,))


def token_for(edition: Edition, application: Application) -> str:
    return passes.token_of(passes.issue(application), key=passes.key_of(edition.festival))


def test_pass_can_be_checked_by_anybody_who_has_the_public_key(edition: Edition) -> None:
    """By the words of the module's docstring, with nothing of ours."""
    application = allocated(edition)
    token = token_for(edition, application)
    prefix, encoded = token[:7], token[7:]
    data = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(passes.key_of(edition.festival).public_key))
    public.verify(data[15:], prefix.encode() + data[:15])
    with pytest.raises(InvalidSignature):
        public.verify(data[15:], prefix.encode() + data[:14] + b"\x09")
    assert data[4:12].decode() == passes.issue(application).code
    assert data[14] == 2  # days


def test_picture_of_a_pass_is_in_chinese_where_the_machine_can_write_it(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = allocated(edition)
    shown = passes.portray(application) | {"booths": ["手作01", "A02"]}

    def drawn(title: str) -> Image.Image:
        pass_pictures._chinese_type.cache_clear()
        return Image.open(io.BytesIO(pass_pictures.png(shown, title=title)))

    assert pass_pictures._chinese_type() is not None, (
        "no Chinese type that is known: `make browser` brings one"
    )
    written, other = drawn("武侯\n邻里节"), drawn("锦江邻里节")
    with monkeypatch.context() as bare:
        bare.setattr(pass_pictures, "_TYPES", ("none.ttc",))
        plain, same = drawn("武侯\n邻里节"), drawn("锦江邻里节")
    pass_pictures._chinese_type.cache_clear()
    assert written.tobytes() != other.tobytes() and written.size == other.size
    assert plain.tobytes() == same.tobytes(), "without a type there are no boxes in place of signs"
    # The edition, and the zone.
    assert written.height - plain.height == 2 * (pass_pictures._SMALL + pass_pictures._GAP)


def test_pass_holds_nothing_personal_and_is_small(edition: Edition) -> None:
    application = allocated(edition)
    shown = passes.portray(application)
    assert re.fullmatch(r"[A-Z0-9:]{130,140}", shown["token"])
    assert application.reference not in shown["token"]
    assert not {"tan@example.cn", "谭家绳编", "谭示例"} & set(
        json.dumps(shown, ensure_ascii=False).split('"')
    )
    # 41 modules and the border: a telephone reads it from paper and from a small screen.
    assert 'viewBox="0 0 49 49"' in passes.qr_code(shown["token"])
    assert shown["booths"] == ["C01"]


def test_pass_is_made_once_and_stays(edition: Edition) -> None:
    application = allocated(edition)
    assert passes.portray(application) == passes.portray(application)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pass.objects.create(
            application=application,
            festival=edition.festival,
            code="ZZZZZZZZ",
            first_day=timezone.localdate(),
            last_day=timezone.localdate(),
            issued_at=timezone.now(),
        )


def test_without_booths_there_is_no_pass(edition: Edition) -> None:
    with pytest.raises(StateChanged, match="没有通行证"):
        passes.issue(edition.submitted())


def test_other_booths_are_another_pass(edition: Edition, city: City) -> None:
    application, organiser = allocated(edition), city.user("organiser")
    first = passes.issue(application)
    other = edition.booths(ZoneMode.OPEN)[1]
    deciding.allot(application=application, booths=[other], actor=organiser)
    second = passes.issue(application)
    first.refresh_from_db()
    assert first.revoked_at is not None and second.revoked_at is None
    assert first.code != second.code
    applying.withdraw(application=application)
    second.refresh_from_db()
    assert second.revoked_at is not None
    with pytest.raises(StateChanged):
        passes.issue(application)


def test_forged_and_foreign_tokens_are_no_codes(edition: Edition, city: City) -> None:
    application = allocated(edition)
    token = token_for(edition, application)
    code = passes.issue(application).code
    read = {"festival": edition.festival}
    assert passes.code_in(token, **read) == code
    assert passes.code_in(f" {token.lower()}\n", **read) == code
    assert passes.code_in(f"{code[:4].lower()} {code[4:]}", **read) == code
    other = city.festival(slug="other", district=city.jinjiang)
    passes.key_of(other)
    assert passes.code_in(token, festival=other) is None
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    for wrong in (
        changed,
        token[:-2],
        "LINLI1:",
        "LINLI1:%%%",
        code[:-1],
        code + "A",
        "OOOOOOOO",
        "谭家绳编谭家绳编",
    ):
        assert passes.code_in(wrong, **read) is None, wrong


def test_pass_over_http_is_for_whoever_has_the_link(edition: Edition, city: City) -> None:
    application, other = allocated(edition), allocated(edition, n=1, address="zhou@example.cn")
    secret, others = links.make(application), links.make(other)
    client = Client(headers={"host": CITY_HOST})

    def get(district: str = "wuhou", reference: str = application.reference, bearer: str = secret) -> int:
        path = f"/api/v1/districts/{district}/festivals/fair/applications/{reference}/pass/"
        response = client.get(path, headers={"authorization": f"Bearer {bearer}"})
        if response.status_code == 200:
            assert response.headers["Cache-Control"] == "no-store"
            assert response.json()["code"] == passes.issue(application).code
        else:
            assert response.headers["Content-Type"].startswith("application/problem+json")
        return int(response.status_code)

    assert get() == 200
    assert get(bearer=others) == get(bearer="") == get(reference="NOSUCHXX") == 401
    assert get(reference="A%00") == 401
    assert get(reference=other.reference) == 401
    assert get(district="jinjiang") == 404
    applying.withdraw(application=application)
    assert get() == 409
