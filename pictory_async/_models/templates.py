"""Templates: projects whose texts hold variables."""

from collections.abc import Mapping
from typing import Any

import attrs

from pictory_async._models.base import Open, as_tuple


@attrs.frozen(kw_only=True, repr=False)
class Template(Open):
    """A template: in a list without what is in it.

    The service has described it in more ways than one: what an answer lacks is None here.

    Args:
        id: What `Storyboard.template_id` takes.
        name: What it is called.
        language: Such as `en`.
        published: Whether it is.
        deprecated: Whether it is; one answer of the service spells it `depricated`.
        variables: The names that stand in `{{...}}` in its texts, with their defaults.
        scenes: Its scenes, as the service describes them.
        schema_version: `v3` or an older one.
        extra: All else that the service sent: the music, the voice, links to its files.
    """

    id: str = attrs.field(metadata={"wire": "templateId"})
    name: str | None = None
    language: str | None = None
    published: bool | None = None
    deprecated: bool | None = attrs.field(default=None, metadata={"aliases": ("depricated",)})
    variables: Mapping[str, Any] | None = None
    scenes: tuple[Mapping[str, Any], ...] | None = attrs.field(
        default=None, converter=as_tuple, repr=False
    )
    schema_version: str | None = None
