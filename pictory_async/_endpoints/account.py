"""What the account has used and may use (api-reference/account)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._arguments import WHOLE, Rule, is_number
from pictory_async._endpoints._group import Group
from pictory_async._errors import InvalidRequestError
from pictory_async._models.account import CreditTransaction, Quota
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import listed, one, read


if TYPE_CHECKING:
    from pictory_async._transport.api import Api


QUOTA: Final = Operation("GET", "/v1/quota", Repeat.FREELY)
AI_CREDITS: Final = Operation("GET", "/v1/aicredits/usage", Repeat.FREELY)

_MONTH: Final = Rule("1 to 12", lambda value: is_number(value, whole=True) and 1 <= value <= 12)  # noqa: PLR2004


@attrs.frozen(repr=False)
class Account(Group):
    """The account's quotas and credits."""

    _api: Api

    async def quota(self) -> Quota:
        """Return what the plan allows and what of it is used.

        Source: api-reference/account/get-quota.
        """
        return one(await self._api.send(QUOTA), Quota)

    async def ai_credits(
        self, *, year: int | None = None, month: int | None = None
    ) -> tuple[CreditTransaction, ...]:
        """Return the ledger of AI credits of one month, the newest first.

        Args:
            year: The month's year, by default this one; not more than twelve months back.
            month: 1 to 12, by default this one; required with a year.

        Raises:
            InvalidRequestError: There is a year without a month, or no such month.

        Source: api-reference/account/get-aicredits-usage.
        """
        if year is not None and month is None:
            raise InvalidRequestError("month", "a month beside the year", "None")
        WHOLE.or_none.check_argument("year", year)
        _MONTH.or_none.check_argument("month", month)
        when = {"year": year, "month": month}
        params = {name: str(value) for name, value in when.items() if value is not None}
        answer = await self._api.send(AI_CREDITS, params=params)
        return tuple(read(answer, CreditTransaction, item) for item in listed(answer).items)
