"""Avatars that can present a storyboard."""

import attrs

from pictory_async._models.base import Open, as_tuple


@attrs.frozen(kw_only=True, repr=False)
class AvatarLook(Open):
    """One way in which an avatar appears.

    Args:
        id: What `Avatar.avatar_id` of a storyboard takes.
        name: What it is called.
        preview_image: The URL of a picture.
        preview_video: The URL of a film.
        extra: All else that the service sent.
    """

    id: str
    name: str | None = None
    preview_image: str | None = None
    preview_video: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class AvatarPerson(Open):
    """Somebody who can present; a storyboard names one of the looks.

    Args:
        id: The person's id, which no storyboard takes.
        name: Their name.
        gender: Their gender.
        looks: The ways in which they appear.
        extra: All else that the service sent.
    """

    id: str
    name: str | None = None
    gender: str | None = None
    looks: tuple[AvatarLook, ...] = attrs.field(default=(), converter=as_tuple)
