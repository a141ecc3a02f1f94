"""The city's staff, kept by themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sites.domain import city_team
from sites.domain.audit import name_of
from sites.domain.people import is_city_staff
from sites.exceptions import TeamRefused
from sites.models import District
from sites.team_desk.access import page, require_city_staff, user_of
from sites.team_desk.forms import AppointForm


def list_staff(request: HttpRequest) -> HttpResponse:
    """Who serves the whole city, and a form to appoint one more."""
    require_city_staff(request)
    form = AppointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = city_team.find(form.cleaned_data["who"].strip())
        if person is None:
            form.add_error("who", "没有这个邮箱或账号，或者有几个人用同一个邮箱。")
        else:
            try:
                city_team.appoint(person=person, actor=user_of(request), request=request)
            except TeamRefused as refused:
                form.add_error("who", str(refused))
            else:
                messages.success(request, f"{name_of(person)}现在是全市工作人员。")
                return redirect("city_staff")
    city = District.objects.filter(is_city=True).first()
    return page(
        request,
        "city_staff.html",
        title="全市工作人员",
        tab="city_staff",
        people=[(person, name_of(person)) for person in city_team.staff()],
        form=form,
        invite_url=reverse("team_invite", args=[city.slug]) if city else "",
    )


def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    require_city_staff(request)
    person = city_team.staff().filter(pk=pk).first()
    if person is None:
        raise Http404
    name, problem = name_of(person), ""
    if request.method == "POST":
        try:
            city_team.dismiss(person=person, actor=user_of(request), request=request)
        except TeamRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"{name}不再是全市工作人员。")
            return redirect("city_staff" if is_city_staff(user_of(request)) else "wagtailadmin_home")
    title = f"取消{name}的全市权限"
    return page(request, "dismiss_staff.html", title=title, tab="city_staff", name=name, problem=problem)
