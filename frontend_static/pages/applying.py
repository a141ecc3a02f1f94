"""The stallholder's way: pages that are answered at once, with the look of the site.

They have no address in the builder's list of routes. Whoever answers them (`festival.views`) hands in plain data: the
edition's public item, its availability, and the stallholder's own application as its portrayal tells it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from frontend_static import dates, floor_plan
from frontend_static.routing import Page
from frontend_static.source import Item

MODES = {
    "allot": "报名后，由组委会安排位置",
    "pick": "审核通过后，您自己选位置",
    "open": "现在就能选，先到先得",
}
BOOTH_STATES = {"free": "空着", "held": "有人占着", "taken": "已定", "closed": "不开放"}
# What a stallholder reads first: what the state means, and what happens next.
STATES = {
    "submitted": ("收到了，等组委会审核", "一有结果就通知您。想起什么要改、要补的，截止以前都能改。"),
    "needs_info": ("还差一点，请您补充", "照组委会说的补好，再提交一次。"),
    "waitlisted": ("您在候补名单上", "有摊位空出来，就按名单的先后通知您；到时候请在限期内确认。"),
    "offered": ("有摊位了，请您确认", "过了期限没有确认，摊位就轮到下一位。"),
    "approved": ("审核通过了", "组委会正在排位置，排好就通知您。"),
    "allocated": ("摊位定下来了", "请按时来布展。来不了的话请早点撤回，好让候补的邻居顶上。"),
    "checked_in": ("您已经到场", "祝您生意兴隆。"),
    "no_show": ("当天没有等到您", "摊位已经让给候补的邻居了。"),
    "lapsed": ("没有在期限内确认", "摊位已经轮到下一位。还想来的话，可以重新报名。"),
    "rejected": ("这次没有通过", "欢迎下一届再来。"),
    "withdrawn": ("您已经撤回", "还想来的话，报名截止以前可以重新报名。"),
    "revoked": ("您的摊位被取消了", "有疑问请找组委会。"),
}
# Whose words the reason is: of these states it is the stallholder's own, or that of the rules.
_WHO_SAYS = {"withdrawn": "理由", "waitlisted": "说明"}
_TOO_LATE = ("确认的时间已经过了", "摊位要轮到下一位。还想来的话，报名截止以前可以重新报名。")
_PICK = ("审核通过了，请选位置", "在图上或名单里选好，选定就是您的。")


def choose(
    festival: Item,
    availability: Mapping[str, Any],
    *,
    closed: str = "",
    problems: Mapping[str, str] | None = None,
    zone: str = "",
    chosen: Collection[str] = (),
    proof: str = "",
    key: str = "",
    contact: str = "",
) -> Page:
    """Which zone, or which booths. With a `proof` the address is known already, and choosing begins the application.

    `closed` is why nobody can apply now, "" while it is open.
    """
    states = booth_states(availability)
    figures = {one["slug"]: one for one in availability["zones"]}
    plan = floor_plan.draw(festival)
    courts = {court.zone["slug"]: court for court in plan.courts} if plan else {}
    booking = festival.get("booking")
    terms = {one["zone"]: one for one in booking["zones"]} if booking else {}
    zones = [
        {
            "zone": one,
            "terms": terms[one["id"]],
            "mode": MODES[terms[one["id"]]["mode"]],
            "figures": figures.get(one["slug"]),
            "court": courts.get(one["slug"]),
            "booths": booths(one, states),
            "choosable": is_free(availability, one["slug"]),
        }
        for one in festival["zones"]
        if one["id"] in terms
    ]
    return Page(
        "apply/choose.html",
        {
            "festival": festival,
            "booking": booking,
            "zones": zones,
            "plan": plan,
            "closed": closed,
            "problems": problems or {},
            "wanted": zone,
            "chosen": set(chosen),
            "proof": proof,
            "key": key,
            "contact": contact,
            "states": states,
        },
    )


def booth_states(availability: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Number → what the public knows of a booth."""
    return {one["number"]: {**one, "label": BOOTH_STATES[one["state"]]} for one in availability["booths"]}


def booths(zone: Item, states: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The booths of a zone as the list names them; one that the availability does not know is not open."""
    unknown = {"state": "closed", "label": BOOTH_STATES["closed"], "name": ""}
    return [
        {"offer": one["offer"], **states.get(one["number"], unknown), "number": one["number"]}
        for one in zone["booths"]
    ]


def is_free(availability: Mapping[str, Any], slug: str) -> bool:
    """Whether a booth of an open zone can be chosen now: one is free, and nobody waits for it."""
    figures = next((one for one in availability["zones"] if one["slug"] == slug), None)
    return bool(figures and figures["free"] > 0 and not figures["waiting"])


def step(template: str, festival: Item, **content: Any) -> Page:
    """One of the short steps: contact, code, link, closed."""
    return Page(f"apply/{template}.html", {"festival": festival, "problems": {}, "notice": "", **content})


def form(
    festival: Item,
    application: Mapping[str, Any],
    *,
    secret: str,
    now: float,
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    notice: str = "",
    link: str = "",
    zone_free: bool = False,
) -> Page:
    """The form of an application. `typed` is shown over what is stored: what was refused is not lost. `zone_free` says
    whether a booth of an open zone can be chosen now."""
    files = {one["requirement"]: one for one in application["documents"]}
    return Page(
        "apply/form.html",
        {
            "festival": festival,
            "application": application,
            "terms": application["terms"],
            "values": {**application, **application["answers"], **(typed or {})},
            "files": files,
            "personal": _personal(application),
            "problems": problems or {},
            "notice": notice,
            "secret": secret,
            "link": link,
            "zone_free": zone_free,
            "seconds_left": _seconds_left(application["hold"], now),
        },
    )


def _personal(application: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    terms = application["terms"] or {"personal": []}
    return {one["field"]: one for one in terms["personal"]}


def _seconds_left(hold: Mapping[str, Any] | None, now: float) -> int:
    """For the countdown: the browser's clock may be wrong, so it counts from what is left and not to a time."""
    return max(0, math.floor(dates.moment(hold["expires_at"]).timestamp() - now)) if hold else 0


def status(
    festival: Item,
    application: Mapping[str, Any],
    *,
    secret: str,
    link: str,
    key: str,
    problems: Mapping[str, str] | None = None,
    notice: str = "",
    typed: Mapping[str, Any] | None = None,
    fresh: bool = False,
    shown_pass: Mapping[str, Any] | None = None,
) -> Page:
    """Where an application stands and what can be done. `fresh` right after it was handed in."""
    state = application["state"]
    may = application["may"]
    title, next_ = _PICK if "pick" in may else STATES[state]
    if state == "offered" and "accept" not in may:
        title, next_ = _TOO_LATE
    return Page(
        "apply/status.html",
        {
            "festival": festival,
            "application": application,
            "title": title,
            "next": next_,
            "says": _WHO_SAYS.get(state, "组委会说"),
            "secret": secret,
            "link": link,
            "key": key,
            "problems": problems or {},
            "notice": notice,
            "typed": typed or {},
            "fresh": fresh,
            "pass": shown_pass,
            "answers": _answers(application),
            "refused_files": _refused_files(application),
        },
    )


def _answers(application: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The organiser's questions with what was answered, as people read it."""
    rows = []
    for question in (application["terms"] or {"questions": []})["questions"]:
        value = application["answers"].get(question["key"])
        if question["kind"] == "file" or value is None or value == "":
            continue
        rows.append(
            (question["label"], {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value))
        )
    return rows


def _refused_files(application: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was decided on but for a document: that is handed in again without the form, which is closed by then."""
    if application["state"] not in {"waitlisted", "offered", "approved", "allocated"}:
        return []
    refused = {one["requirement"]: one for one in application["documents"] if one["review"] == "refused"}
    terms = application["terms"] or {"documents": [], "questions": []}
    return [
        {"has_expiry": False, **asked, "file": refused[asked["key"]]}
        for asked in [*terms["documents"], *terms["questions"]]
        if asked["key"] in refused
    ]


def pick(
    festival: Item,
    application: Mapping[str, Any],
    availability: Mapping[str, Any],
    *,
    secret: str,
    do: str,
    most: int,
    chosen: Collection[str] = (),
    problems: Mapping[str, str] | None = None,
) -> Page:
    """The booths of an application's zone, to choose from: `do` is what choosing does, "hold" or "pick"."""
    zone = next(one for one in festival["zones"] if one["slug"] == application["zone"]["slug"])
    states = booth_states(availability)
    held = (application["hold"] or {"booths": []})["booths"]
    for number in held:
        states[number] = {**states[number], "state": "free", "label": "您占着"}
    plan = floor_plan.draw(festival)
    courts = {court.zone["slug"]: court for court in plan.courts} if plan else {}
    return Page(
        "apply/pick.html",
        {
            "festival": festival,
            "application": application,
            "zone": zone,
            "court": courts.get(zone["slug"]),
            "booths": booths(zone, states),
            "states": states,
            "most": most,
            "chosen": set(chosen or held),
            "do": do,
            "secret": secret,
            "problems": problems or {},
        },
    )
