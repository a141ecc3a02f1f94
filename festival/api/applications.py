"""Applications over HTTP, for whoever has the private link. The rules are the domain's; here is only how they are asked.

Each change runs in one transaction that holds the application's row, and is answered by the application as it then is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponseBase, QueryDict
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from festival.api.booking_schema import (
    BoothsSerializer,
    ChangesSerializer,
    HandInSerializer,
    MessageSerializer,
    NothingSerializer,
    StartSerializer,
    WithdrawSerializer,
    describe,
)
from festival.api.requests import BookingView, check_size, idempotency_key
from festival.domain import applying, contacts, documents, idempotency, links, portrayal, uploads
from festival.domain.gatekeeping import Act
from festival.exceptions import FieldsRefused, StateChanged
from festival.models import Application, ApplicationDocument, Zone
from sites.api.authentication import REALM
from sites.api.problems import Problem
from sites.pages import district_of
from sites.repeating import repeated


class PrivateLink(BaseAuthentication):
    """`Authorization: Bearer …` with the secret of an application's private link. A wrong secret, one of another
    application or district, one that ended, and a reference that never was are refused in the same words."""

    def authenticate(self, request: Request) -> tuple[None, Application] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        context = request.parser_context
        reference = context["kwargs"]["reference"]
        found = None
        if scheme.lower() == "bearer":
            found = links.find(secret.strip(), festival=context["view"].edition, reference=reference)
        if found is None:
            raise AuthenticationFailed
        return None, found

    def authenticate_header(self, request: Request) -> str:
        return REALM


class RepeatableView(BookingView):
    """Base: what may be sent again with its Idempotency-Key."""

    def once(
        self,
        request: Request,
        *,
        key: str,
        scope: str,
        do: Callable[[], tuple[int, Any]],
        admit: Callable[[], None] = lambda: None,
    ) -> Response:
        """The answer to a request that may be sent again; counted against a limit only the first time."""
        body = request._request.body
        if (known := idempotency.known(scope=scope, key=key, body=body)) is not None:
            return _answer(*known, is_again=True)
        admit()
        status, answer, is_again = repeated(
            lambda: idempotency.once(festival=self.edition, scope=scope, key=key, body=body, do=do)
        )
        return _answer(status, answer, is_again=is_again)


def _answer(status: int, answer: Any, *, is_again: bool) -> Response:
    return Response(answer, status=status, headers={"Idempotent-Replayed": "true"} if is_again else None)


@describe("apply")
class ApplicationsView(RepeatableView):
    """Begins an application."""

    def post(self, request: Request, district: str, edition: str) -> Response:
        sent = self.body(request, StartSerializer)
        key = idempotency_key(request, required=True)
        assert key is not None
        contact = contacts.read_proof(sent["proof"], festival=self.edition)
        booths = self.booths(sent.get("booths", []))
        zone = Zone.objects.filter(festival=self.edition, slug=sent["zone"]).first()
        if zone is None:
            raise FieldsRefused({"zone": "没有这个版块。"})

        def start() -> tuple[int, Any]:
            application, secret = applying.start(
                festival=self.edition, zone=zone, contact=contact, booths=booths
            )
            own = district_of(self.edition)
            origin = own.site.root_url if own else ""
            link = links.address_of(application, secret, origin=origin)
            return 201, {**portrayal.portray(application), "token": secret, "link": link}

        scope = f"{self.edition.pk}/applications"
        who = contacts.holder_of(festival=self.edition, contact=contact)
        return self.once(
            request, key=key, scope=scope, do=start, admit=lambda: self.admit(request, Act.APPLY, who)
        )


class OwnApplicationView(RepeatableView):
    """Base: the application of the private link that is shown."""

    authentication_classes = (PrivateLink,)

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        if request.auth is None:
            raise NotAuthenticated

    def mine(self, request: Request) -> Application:
        """The application as it was when its link was looked at."""
        found = request.auth
        assert isinstance(found, Application)
        return found

    def held(self, request: Request) -> Application:
        """The application as it is, which nobody else changes until the end of the transaction."""
        rows = Application.objects.select_for_update(of=("self",)).select_related("festival", "zone")
        return rows.get(pk=self.mine(request).pk)

    def who(self, request: Request) -> str:
        return f"application:{self.mine(request).pk}"


class Step(OwnApplicationView):
    """Base: one thing that a stallholder does; `name` is the last part of its address."""

    name: ClassVar[str]
    shape: ClassVar[Any] = NothingSerializer

    def post(self, request: Request, district: str, edition: str, reference: str) -> Response:
        sent = self.body(request, self.shape)
        key = idempotency_key(request, required=False)
        scope = f"{self.edition.pk}/applications/{reference}/{self.name}"

        def do() -> tuple[int, Any]:
            application = self.held(request)
            self.step(application, sent)
            return 200, portrayal.portray(application)

        if key is not None:
            return self.once(request, key=key, scope=scope, do=do, admit=lambda: self.count(request))
        self.count(request)
        return _answer(*repeated(do), is_again=False)

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        """Do it. Raises BookingRefused."""
        raise NotImplementedError

    def count(self, request: Request) -> None:
        """Count it against a limit. Raises LimitExceeded."""
        self.admit(request, Act.EDIT, self.who(request))


@describe("application")
class ApplicationView(OwnApplicationView):
    """One application: read, and changed as it is typed."""

    def get(self, request: Request, district: str, edition: str, reference: str) -> Response:
        return Response(portrayal.portray(self.mine(request)))

    def patch(self, request: Request, district: str, edition: str, reference: str) -> Response:
        sent = self.body(request, ChangesSerializer)
        version = sent.pop("version", None)
        self.admit(request, Act.EDIT, self.who(request))

        def change() -> Any:
            application = self.held(request)
            if "answers" in sent:
                sent["answers"] = _answers(application, sent["answers"])
            # `edit` asks for the version of what was submitted only; a wrong one is refused all the same.
            if version is not None and version != application.version:
                raise StateChanged("这份申请刚刚有了变动，请看过最新的内容再改。")
            return portrayal.portray(applying.edit(application=application, changes=sent))

        return Response(repeated(change))


def _answers(application: Application, given: dict[str, Any]) -> dict[str, Any]:
    """All answers, with those that were given in their place: who answers one question in one tab and another in a second
    loses neither. Null takes an answer back. Raises FieldsRefused for a question that is not asked."""
    asked = {one["key"] for one in applying.terms_of(application)["questions"] if one["kind"] != "file"}
    known = asked | set(application.answers)
    unknown = [key for key in given if key not in known]
    if unknown:
        raise FieldsRefused(dict.fromkeys((key[:40] for key in unknown), "没有这个问题。"))
    merged = {**application.answers, **given}
    return {key: value for key, value in merged.items() if value is not None}


@describe("hold")
class HoldView(Step):
    name, shape = "hold", BoothsSerializer

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.hold(application=application, booths=self.booths(sent["booths"]))


@describe("submit")
class SubmitView(Step):
    name = "submit"

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.submit(application=application)


@describe("withdraw")
class WithdrawView(Step):
    name, shape = "withdraw", WithdrawSerializer

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.withdraw(application=application, reason=sent.get("reason", ""))


@describe("pick")
class PickView(Step):
    name, shape = "pick", BoothsSerializer

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.pick(application=application, booths=self.booths(sent["booths"]))


@describe("accept")
class AcceptView(Step):
    name = "accept"

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.accept(application=application)


@describe("decline")
class DeclineView(Step):
    name = "decline"

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.decline(application=application)


@describe("messages")
class MessagesView(Step):
    name, shape = "messages", MessageSerializer

    def step(self, application: Application, sent: dict[str, Any]) -> None:
        applying.answer(application=application, text=sent["text"])

    def count(self, request: Request) -> None:
        self.admit(request, Act.MESSAGE, self.who(request))


@describe("documents")
class DocumentsView(OwnApplicationView):
    """Takes a file for something that is asked for."""

    parser_classes = (MultiPartParser,)

    def post(self, request: Request, district: str, edition: str, reference: str) -> Response:
        # Room for the frame around the file; the file itself is measured in words of its own.
        check_size(request, most=uploads.LARGEST + 1024 * 1024)
        sent = self.form(request)
        self.admit(request, Act.UPLOAD, self.who(request))
        document = documents.hand_in(
            application=self.mine(request),
            requirement=sent["requirement"],
            upload=sent["file"],
            expires_on=sent.get("expires_on"),
        )
        return Response(portrayal.portray_document(document), status=201)

    def form(self, request: Request) -> dict[str, Any]:
        sent = request.data
        assert isinstance(sent, QueryDict)
        for name, values in sent.lists():
            if len(values) > 1:
                raise FieldsRefused({name[:80]: "这一项只能有一个。"})
        return self.read(HandInSerializer, sent.dict())


@describe("document")
class DocumentView(OwnApplicationView):
    """One file that was handed in."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # A file is what it is, whatever is preferred.
        return super().perform_content_negotiation(request, force=True)

    def document(self, request: Request, key: int) -> ApplicationDocument:
        """The file. Raises Problem, in the same words for one of another application."""
        found = documents.find(application=self.mine(request), key=key)
        if found is None:
            raise Problem(404, "not-found", "没有找到", "这份申请里没有这个文件。")
        return found

    def get(
        self, request: Request, district: str, edition: str, reference: str, key: int
    ) -> HttpResponseBase:
        return documents.open_document(self.document(request, key))

    def delete(self, request: Request, district: str, edition: str, reference: str, key: int) -> Response:
        document = self.document(request, key)
        repeated(lambda: documents.remove(application=self.mine(request), document=document))
        return Response(status=204)
