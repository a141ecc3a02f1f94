"""What the kernel refuses, in words for the person who asked."""

from __future__ import annotations

from datetime import timedelta


class LinliError(Exception):
    """Base of every refusal; its text is Chinese and may be shown."""


class DistrictConflict(LinliError):
    """The slug or host name asked for belongs to something else."""


class CsvRefused(LinliError):
    """A CSV file with bad lines, none of which was imported.

    `problems` holds (line number, what is wrong); line 1 is the header.
    """

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"第 {line} 行：{text}" for line, text in problems))


class FeedRebuilt(LinliError):
    """A cursor is newer than the feed: the data were restored or rebuilt, and a reader must begin again."""


class PublishRefused(LinliError):
    """A page lacks what every public page must have; nothing was published."""


class DeliveryRefused(LinliError):
    """The other side will never take a message of the outbox: trying again is of no use."""


class DeliveryLater(LinliError):
    """A message of the outbox was not taken now. `pause` is how long the other side asks to be left alone at least."""

    def __init__(self, text: str, *, pause: timedelta | None = None) -> None:
        self.pause = pause or timedelta(0)
        super().__init__(text)


class GatewayRefused(LinliError):
    """A gateway that cannot be set up, tried or changed as asked for."""


class TeamRefused(LinliError):
    """A change of a team that its rules forbid, or that somebody else made impossible meanwhile."""


class CommunityServed(LinliError):
    """A community is to be deleted to which somebody's work is limited."""


class InvitationRefused(LinliError):
    """An invitation that cannot be sent, or is no longer open: used, withdrawn, expired, or never made."""


class AccountExists(LinliError):
    """The invited address has an account already: its owner signs in and accepts with it."""


class TokenRefused(LinliError):
    """An API token that cannot be made as asked for."""


class AnotherDistrict(LinliError):
    """What was asked for would carry a page, or what it shows, into another district."""


class CodeRefused(LinliError):
    """A code of the second factor was wrong, used already, or came too soon after a wrong one."""


class SecondFactorRefused(LinliError):
    """The second factor of a person may not be changed so, or not by this person."""


class LimitExceeded(LinliError):
    """Something was asked for too often. `retry_after` is in how many seconds it will be let through again."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = -(-retry_after // 60)
        super().__init__(f"操作太频繁了，请 {minutes} 分钟后再试。")
