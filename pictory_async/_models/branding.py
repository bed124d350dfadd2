"""Brands, styles and layouts, as the account has them."""

import attrs

from pictory_async._models.base import Open


@attrs.frozen(kw_only=True, repr=False)
class Brand(Open):
    """A brand of the account.

    Args:
        id: What `Storyboard.brand_id` takes.
        name: What `Storyboard.brand_name` takes; empty where it has none.
        extra: All else that the service sent.
    """

    id: str
    name: str = ""


@attrs.frozen(kw_only=True, repr=False)
class Style(Open):
    """A style of subtitles and other text.

    Args:
        id: What `Storyboard.subtitle_style_id` takes.
        name: What `Storyboard.subtitle_style_name` takes; empty where it has none.
        extra: All else that the service sent.
    """

    id: str
    name: str = ""


@attrs.frozen(kw_only=True, repr=False)
class SmartLayout(Open):
    """A layout that arranges text and visuals by itself.

    Args:
        id: What `Storyboard.smart_layout_id` takes; the service calls it `templateId`.
        name: What `Storyboard.smart_layout_name` takes; empty where it has none.
        schema_version: `v3` or an older one.
        extra: All else that the service sent.
    """

    id: str = attrs.field(metadata={"wire": "templateId"})
    name: str = attrs.field(default="", metadata={"wire": "templateName"})
    schema_version: str | None = None
