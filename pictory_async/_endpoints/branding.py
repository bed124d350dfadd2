"""Brands, styles and smart layouts of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from pictory_async._endpoints._group import Group
from pictory_async._endpoints._listing import listing
from pictory_async._models.branding import Brand, SmartLayout, Style
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import each


if TYPE_CHECKING:
    from pictory_async._models.pages import Listing
    from pictory_async._transport.api import Api


BRANDS: Final = Operation("GET", "/v1/brands/video", Repeat.FREELY)
STYLES: Final = Operation("GET", "/v1/styles", Repeat.FREELY)
SMART_LAYOUTS: Final = Operation("GET", "/v1/smartlayouts", Repeat.FREELY)


@attrs.frozen(repr=False)
class Brands(Group):
    """The account's brands."""

    _api: Api

    def list(self) -> Listing[Brand]:
        """List the brands.

        Source: `GET /v1/brands/video` of docs.pictory.ai.
        """
        return listing(self._api, BRANDS, each(Brand))


@attrs.frozen(repr=False)
class Styles(Group):
    """The styles of text that storyboards can name."""

    _api: Api

    def list(self) -> Listing[Style]:
        """List the styles.

        Source: `GET /v1/styles` of docs.pictory.ai.
        """
        return listing(self._api, STYLES, each(Style))


@attrs.frozen(repr=False)
class SmartLayouts(Group):
    """The layouts that storyboards can name."""

    _api: Api

    def list(self) -> Listing[SmartLayout]:
        """List the layouts.

        Source: `GET /v1/smartlayouts` of docs.pictory.ai.
        """
        return listing(self._api, SMART_LAYOUTS, each(SmartLayout))
