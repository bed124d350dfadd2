"""Transcriptions and highlights of the current API (api-reference/transcription)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from pictory_async._arguments import SECONDS, STRING, Rule, above_zero, iterable_of
from pictory_async._endpoints._group import Group
from pictory_async._endpoints._inputs import json_objects, webhook_body
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._models.base import check_json
from pictory_async._models.transcripts import Transcript
from pictory_async._retry import Repeat
from pictory_async._shapes.convert import to_data
from pictory_async._transport.api import Operation


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pictory_async._models.jobs import Job
    from pictory_async._transport.api import Api


Words: TypeAlias = "Transcript | Iterable[Mapping[str, Any]]"

_FILE_URL: Final = Rule(
    "an https URL",
    lambda value: isinstance(value, str) and value.startswith(("https://", "http://")),
)


@attrs.frozen(repr=False)
class TextOfMedia(Group):
    """What both generations of the API do: transcribe, and choose highlights.

    Args:
        api: What sends.
        transcribe: The operation that takes a file.
        choose: The operation that takes a transcript.
    """

    _api: Api
    _transcribe: Operation
    _choose: Operation

    async def create(
        self,
        file_url: str,
        *,
        media_type: str | None = None,
        language: str | None = None,
        transcript: Iterable[Mapping[str, Any]] | None = None,
        highlights: Iterable[Any] | None = None,
        webhook: str | None = None,
    ) -> Job[Transcript]:
        """Submit a video or audio file for its transcript.

        Args:
            file_url: What `Pictory.upload` returned, or another https URL; the service does not
                take every public link. MP4, MOV, AVI, MP3, WAV or M4A.
            media_type: `video`, which is the service's default, or `audio`.
            language: Such as `en-US`, which is the service's default.
            transcript: A transcript of one's own, with a time for each word.
            highlights: Highlights of one's own: no page shows more than that it is a list.
            webhook: A URL of at most 500 characters that gets a POST when the job ends.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/transcription/video-transcription; for v1 "/v1/transcription", of
        which only the beginning is known: it is taken to be like its younger sibling.
        """
        _FILE_URL.check_argument("file_url", file_url)
        STRING.or_none.check_argument("media_type", media_type)
        STRING.or_none.check_argument("language", language)
        body = {"fileUrl": file_url, **_given(mediaType=media_type, language=language)}
        if transcript is not None:
            body["transcript"] = json_objects(transcript, "transcript")
        if highlights is not None:
            iterable_of("highlights").check_argument("highlights", highlights)
            body["highlights"] = [*highlights]
            check_json(body["highlights"], "highlights")
        return await self._api.submit_job(
            self._transcribe, Transcript, {**body, **webhook_body(webhook)}
        )

    async def highlights(
        self,
        transcript: Words,
        *,
        seconds: float,
        duration: float | None = None,
        language: str | None = None,
        webhook: str | None = None,
    ) -> Job[Transcript]:
        """Submit a transcript for the choice of its highlights.

        Args:
            transcript: The result of a transcription, or its `transcript` as JSON objects.
            seconds: How long the highlights are to be together, above 0.
            duration: How long the recording is, in seconds.
            language: Its language, such as `en`.
            webhook: A URL of at most 500 characters that gets a POST when the job ends.

        Returns:
            A job whose transcript has the chosen words marked: see `Transcript.highlighted`.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: api-reference/transcription/generate-highlights-from-transcript; for v1
        "/v1/transcription/highlights", of which only the title is known.
        """
        if isinstance(transcript, Transcript):
            # Without what is no sentence and was only kept.
            items = to_data(attrs.evolve(transcript, extra={})).get("transcript", ())
        else:
            items = transcript
        body = {"transcript": json_objects(items, "transcript"), **_choice(seconds, language)}
        SECONDS.or_none.check_argument("duration", duration)
        body |= {**_given(duration=duration), **webhook_body(webhook)}
        return await self._api.submit_job(self._choose, Transcript, body)


@attrs.frozen(repr=False)
class Transcriptions(TextOfMedia):
    """From media to their text, and to the best passages of it."""

    _choose_by_job: Operation

    async def highlights_of(
        self,
        job: Job[Transcript] | Transcript | str,
        *,
        seconds: float,
        language: str | None = None,
        webhook: str | None = None,
    ) -> Job[Transcript]:
        """Submit a finished transcription for the choice of its highlights, by its id.

        Args:
            job: The transcription's job, its result, or the job's id.
            seconds: How long the highlights are to be together, above 0.
            language: Its language, such as `en`.
            webhook: A URL of at most 500 characters that gets a POST when the job ends.

        Raises:
            InvalidRequestError: An argument is not what it should be.
            SubmissionUnknownError: Whether there is a job now is not known.
            APIError: The service refused.

        Source: `POST /v2/transcription/{jobId}/highlights` of docs.pictory.ai.
        """
        ids = {"job_id": job_id_of(job.job_id if isinstance(job, Transcript) else job)}
        body = {**_choice(seconds, language), **webhook_body(webhook)}
        return await self._api.submit_job(self._choose_by_job, Transcript, body, ids)


def current_transcriptions(api: Api) -> Transcriptions:
    """Return the transcriptions of the current API."""
    return Transcriptions(
        api,
        Operation("POST", "/v2/transcription", Repeat.UNLESS_SENT),
        Operation("POST", "/v2/transcription/highlights", Repeat.UNLESS_SENT),
        Operation("POST", "/v2/transcription/{job_id}/highlights", Repeat.UNLESS_SENT),
    )


def first_transcriptions(api: Api) -> TextOfMedia:
    """Return the transcriptions of the first generation of the API."""
    return TextOfMedia(
        api,
        Operation("POST", "/v1/transcription", Repeat.UNLESS_SENT),
        Operation("POST", "/v1/transcription/highlights", Repeat.UNLESS_SENT),
    )


def _choice(seconds: float, language: str | None) -> dict[str, Any]:
    above_zero("a number").check_argument("seconds", seconds)
    STRING.or_none.check_argument("language", language)
    # The example programs and the page say an integer; half a second is no loss.
    return {"highlight_duration": max(1, round(seconds)), **_given(language=language)}


def _given(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
