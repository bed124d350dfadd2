"""All flows of one client, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from pictory_async._flows.batch import BatchParts
from pictory_async._flows.edit_video import EditVideo
from pictory_async._flows.generations import Generations
from pictory_async._flows.known_names import Catalogues
from pictory_async._flows.render_many import RenderMany
from pictory_async._flows.resume import Resume
from pictory_async._flows.template_to_videos import TemplateToVideos
from pictory_async._flows.text_to_video import TextToVideo
from pictory_async._flows.transfers import Transfers


if TYPE_CHECKING:
    from pictory_async._endpoints.account import Account
    from pictory_async._endpoints.branding import Brands, SmartLayouts, Styles
    from pictory_async._endpoints.media import Media
    from pictory_async._endpoints.renders import Renders
    from pictory_async._endpoints.storyboards import Storyboards
    from pictory_async._endpoints.templates import Templates
    from pictory_async._endpoints.transcriptions import Transcriptions
    from pictory_async._endpoints.v1 import V1
    from pictory_async._endpoints.voices import Voices
    from pictory_async._flows.outputs import LookNow
    from pictory_async._transport.budget import OnRateLimit
    from pictory_async._transport.downloads import Downloads
    from pictory_async._transport.uploads import Uploads
    from pictory_async._waiting.one_job import Waits


@attrs.frozen(kw_only=True)
class Flows:
    """Whole flows, each with what it needs.

    Args:
        transfers: Uploads and downloads, which are steps of the others.
        text_to_video: A script becomes a video.
        resume: A job that was left becomes a video.
        edit_video: A recording becomes a video of its highlights.
        template_to_videos: Rows of variables become videos.
        render_many: Thousands of items become videos.
    """

    transfers: Transfers
    text_to_video: TextToVideo
    resume: Resume
    edit_video: EditVideo
    template_to_videos: TemplateToVideos
    render_many: RenderMany


def flows_of(
    *,
    account: Account,
    media: Media,
    templates: Templates,
    transcriptions: Transcriptions,
    storyboards: Storyboards,
    renders: Renders,
    v1: V1,
    voices: Voices,
    brands: Brands,
    styles: Styles,
    smart_layouts: SmartLayouts,
    waits: Waits,
    uploads: Uploads,
    downloads: Downloads,
    look_now: LookNow,
    on_rate_limit: set[OnRateLimit],
    strict: bool | None,
) -> Flows:
    """Put the flows together from operations, waits and transfers."""
    transfers = Transfers(media=media, uploads=uploads, downloads=downloads, look_now=look_now)
    generations = Generations(storyboards=storyboards, renders=renders, v1=v1, strict=strict)
    catalogues = Catalogues(
        voices=voices, brands=brands, styles=styles, smart_layouts=smart_layouts
    )
    parts = BatchParts(
        account=account,
        generations=generations,
        waits=waits,
        transfers=transfers,
        on_rate_limit=on_rate_limit,
    )
    return Flows(
        transfers=transfers,
        text_to_video=TextToVideo(generations, transfers, catalogues),
        resume=Resume(generations, transfers),
        edit_video=EditVideo(
            transcriptions=transcriptions, generations=generations, transfers=transfers
        ),
        template_to_videos=TemplateToVideos(templates=templates, parts=parts),
        render_many=RenderMany(templates=templates, catalogues=catalogues, parts=parts),
    )
