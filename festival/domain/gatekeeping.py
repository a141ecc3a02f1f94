"""What keeps machines and floods away from booking, for the API and for the plain forms alike.

Each act is limited twice: generously for a network, behind which a telephone carrier may have half the city, and tightly
for a contact or an application. The refusal is the same whoever it is for, and says nothing of who is known.

Called outside of the transaction of what is asked for: what is counted stays counted when that is refused.
"""

from __future__ import annotations

import datetime as dt
import enum

from django.core import signing
from django.utils import timezone

from festival.exceptions import SentByMachine
from sites.domain.limits import Limit, count


class Act(enum.StrEnum):
    """What is counted."""

    CODE = "code"  # asks for a code by mail or text message
    PROOF = "proof"  # sends a code back
    APPLY = "apply"
    EDIT = "edit"
    UPLOAD = "upload"
    MESSAGE = "message"


HOUR = dt.timedelta(hours=1)

# By act: from one network; and of one contact (or application), from one network and from everywhere. Who uses up
# somebody else's address from one network keeps its owner out there; it takes several to do so everywhere.
BY_NETWORK = {
    Act.CODE: 600,
    Act.PROOF: 2_000,
    Act.APPLY: 1_000,
    Act.EDIT: 60_000,  # saved as it is typed, by hundreds in the hour of the opening
    Act.UPLOAD: 3_000,
    Act.MESSAGE: 1_000,
}
BY_CONTACT = {
    Act.CODE: (5, 20),
    Act.PROOF: (20, 60),
    Act.APPLY: (10, 20),
    Act.EDIT: (600, 1200),
    Act.UPLOAD: (60, 120),
    Act.MESSAGE: (20, 40),
}


def admit(act: Act, *, network: str, who: str, now: dt.datetime | None = None) -> None:
    """Count an act of somebody from somewhere, and refuse one too many within an hour.

    `network` is `sites.client_address.client_prefix`; "" (no address) is not counted. `who` is a contact's holder
    (`contacts.holder_of`), or an application's key: "application:7". Raises LimitExceeded, with the seconds to wait.
    """
    near, everywhere = BY_CONTACT[act]
    if network:
        count(Limit(f"booking {act} contact and network", near, HOUR), f"{who} {network}", now=now)
    count(Limit(f"booking {act} contact", everywhere, HOUR), who, now=now)
    if network:
        count(Limit(f"booking {act} network", BY_NETWORK[act], HOUR), network, now=now)


# --- plain forms ------------------------------------------------------------------------------------------------------

# A field that people do not see and that a machine fills in. Named as machines like to find it.
TRAP_FIELD = "website"
SHORTEST = dt.timedelta(seconds=2)
LONGEST = dt.timedelta(hours=12)
_SALT = "festival.form"


def form_token(*, form: str, now: dt.datetime | None = None) -> str:
    """What a form carries along hidden: when it was given out, signed. `form` is its name."""
    return signing.dumps([form, (now or timezone.now()).timestamp()], salt=_SALT)


def check_form(*, form: str, token: str, trap: str, now: dt.datetime | None = None) -> None:
    """Refuse what no person sent: a form that came back sooner than anybody can fill it in, or with the trap filled in, or
    that was never given out. Raises SentByMachine, in words for a person who was very quick, or very slow: whoever
    sends the form that answers it again, with everything in it and a fresh token, gets through."""
    now = now or timezone.now()
    try:
        given_out, at = signing.loads(token, salt=_SALT)
        age = dt.timedelta(seconds=now.timestamp() - float(at))
    except (signing.BadSignature, ValueError, TypeError):
        given_out, age = "", dt.timedelta()
    if given_out != form or trap or age < SHORTEST:
        raise SentByMachine("请看一遍填的内容，过几秒再提交。")
    if age > LONGEST:
        raise SentByMachine("这一页打开得太久了，请再提交一次。填的内容都还在。")
