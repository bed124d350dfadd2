"""The first generation of the API ("API Reference", /v1), where there is a younger sibling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from pictory_async._arguments import OBJECT
from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import json_objects, webhook_body
from pictory_async._endpoints.renders import Renders
from pictory_async._endpoints.storyboards import StoryboardPreviews
from pictory_async._endpoints.templates import template_ids
from pictory_async._endpoints.transcriptions import first_transcriptions
from pictory_async._models.base import check_json
from pictory_async._models.results import Preview
from pictory_async._models.v1 import Storyboard
from pictory_async._retry import Repeat
from pictory_async._transport.api import Operation
from pictory_async._wire.envelopes import content


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pictory_async._endpoints.transcriptions import TextOfMedia
    from pictory_async._models.jobs import Job
    from pictory_async._models.templates import Template
    from pictory_async._transport.api import Api


PREVIEW: Final = Operation("POST", "/v1/video/storyboard", Repeat.UNLESS_SENT)
FONTS: Final = Operation("GET", "/v1/video/storyboard/fonts", Repeat.FREELY)
FROM_TEMPLATE: Final = Operation("POST", "/v1/video/from-template", Repeat.UNLESS_SENT)
EDITOR_BRAND: Final = Operation("POST", "/v1/brands/editvideo", Repeat.UNLESS_SENT)


@attrs.frozen(repr=False)
class FirstStoryboards(StoryboardPreviews[Storyboard]):
    """From a v1 storyboard to its preview."""

    async def fonts(self) -> Any:  # noqa: ANN401 - no page shows the answer
        """Return the fonts that a storyboard can name, as the JSON that came.

        Raises:
            APIError: The service refused.

        Source: the page "/v1/video/storyboard/fonts", which shows no answer.
        """
        return content(await self._api.send(FONTS))


@attrs.frozen(repr=False)
class FirstTemplates(Group):
    """From a template to a preview."""

    _api: Api

    async def create_video(
        self,
        template: Template | str,
        variables: Mapping[str, str] | None = None,
        *,
        scenes: Iterable[Mapping[str, Any]] | None = None,
        webhook: str | None = None,
    ) -> Job[Preview]:
        """Submit a template with its variables for a preview.

        In the current API this is a `Storyboard` with `template_id` and `variables`.

        Args:
            template: The template, or its id.
            variables: What to put in place of each `{{name}}`.
            scenes: Changes, as JSON objects: `{"sceneId": ..., "subtitles": [{"text": ...}]}`, or
                a new scene with `insertBeforeSceneId` or `insertAfterSceneId`.
            webhook: A URL of at most 500 characters that gets a POST when the job ends. No page
                says that this call takes one.

        Returns:
            A preview, which `pictory.v1.renders.from_preview` takes.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: the pages "Create Template Video" and "Step3: Update Variables".
        """
        body: dict[str, Any] = {"templateId": template_ids(template)["template_id"]}
        if variables is not None:
            OBJECT.check_argument("variables", variables)
            check_json(variables, "variables")
            body["variables"] = {**variables}
        if scenes is not None:
            body["scenes"] = json_objects(scenes, "scenes")
        return await self._api.submit_job(FROM_TEMPLATE, Preview, body | webhook_body(webhook))


@attrs.frozen(repr=False)
class FirstBrands(Group):
    """The look of the embedded editor."""

    _api: Api

    async def edit_video(self, settings: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Set the brand of the embedded video editor, and return the JSON that came.

        Args:
            settings: The JSON object; no page that is left shows its fields.

        Raises:
            InvalidRequestError: It is no JSON.
            APIError: The service refused.

        Source: `POST /v1/brands/editvideo` of the older documentation.
        """
        OBJECT.check_argument("settings", settings)
        check_json(settings, "settings")
        return content(await self._api.send(EDITOR_BRAND, json={**settings}))


@attrs.frozen(kw_only=True, repr=False)
class V1(Group):
    """The operations of the first generation that have a younger sibling.

    Args:
        brands: `/v1/brands/editvideo`.
        renders: `/v1/video/render`.
        storyboards: `/v1/video/storyboard`.
        templates: `/v1/video/from-template`.
        transcriptions: `/v1/transcription`.
    """

    brands: FirstBrands
    renders: Renders
    storyboards: FirstStoryboards
    templates: FirstTemplates
    transcriptions: TextOfMedia


def first_generation(api: Api) -> V1:
    """Return the first generation's operations."""
    renders = Renders(
        api,
        Operation("POST", "/v1/video/render", Repeat.UNLESS_SENT),
        Operation("PUT", "/v1/video/render/{job_id}", Repeat.UNLESS_SENT),
        # A preview's answer may leave these two out, and the official examples add them again.
        {"next_generation_video": True, "containsTextToImage": True},
    )
    return V1(
        brands=FirstBrands(api),
        renders=renders,
        storyboards=FirstStoryboards(api, PREVIEW, Storyboard),
        templates=FirstTemplates(api),
        transcriptions=first_transcriptions(api),
    )
