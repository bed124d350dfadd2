"""The client: the one object that people hold; it owns the connections."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from pictory_async._arguments import COUNT, PATH, path_of
from pictory_async._callbacks import hook_of
from pictory_async._flows.batch_settings import BatchHooks, BatchSettings
from pictory_async._flows.item_settings import Columns, ItemSettings
from pictory_async._flows.run import Hooks, Run
from pictory_async._groups import Groups
from pictory_async._settings import (
    BREAKER,
    DOWNLOADING,
    EDIT_TIMEOUT,
    OUTAGE,
    PENDING,
    ROWS_AT_ONCE,
    SUBMITTING,
    TIMEOUT,
)
from pictory_async._waiting.block import Block
from pictory_async._waiting.patience import Patience


if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from types import TracebackType

    import httpx

    from pictory_async._credentials import Credentials
    from pictory_async._endpoints.templates import ProjectFile
    from pictory_async._flows.batch_settings import OnItemJob, OnSubmit
    from pictory_async._flows.edit_video import Choose
    from pictory_async._flows.item_settings import Missing
    from pictory_async._flows.limits import Limits
    from pictory_async._flows.naming import Name
    from pictory_async._flows.render_many import Items
    from pictory_async._flows.run import OnJob
    from pictory_async._flows.template_to_videos import Rows
    from pictory_async._flows.text_to_video import Script
    from pictory_async._flows.versions import Version
    from pictory_async._models.jobs import Job, JobUpdate
    from pictory_async._models.outcomes import Outcome
    from pictory_async._models.results import JobResult, Preview, Video
    from pictory_async._models.statistics import Statistics
    from pictory_async._models.templates import Template
    from pictory_async._retry import Retry
    from pictory_async._settings import Timeouts
    from pictory_async._transport.disk import Source
    from pictory_async._transport.downloads import OnBytes
    from pictory_async._transport.hooks import OnRequest, OnResponse
    from pictory_async._transport.trust import Verify
    from pictory_async._waiting.one_job import OnProgress
    from pictory_async._waiting.outcomes import Outcomes
    from pictory_async._waiting.schedule import Schedule
    from pictory_async._wire.protocol import Answer


T = TypeVar("T")


class Pictory(Groups):
    """The client of the Pictory API.

    Use it as an async context manager, or call `aclose` when you are done::

        async with Pictory() as pictory:
            video = await pictory.text_to_video("Hello, world.", output="hello.mp4")

    One client serves a whole application, on one event loop of asyncio or trio at a time: a
    second one that runs meanwhile, in another thread, gets a `ConfigurationError`. It holds up to
    `slots` connections and one token, fetched when the first request needs it.

    Args:
        credentials: `ApiKey(...)` or `ClientCredentials(...)`; by default those of the
            environment: `PICTORY_API_KEY`, or `PICTORY_CLIENT_ID` and `PICTORY_CLIENT_SECRET`,
            and `PICTORY_USER_ID`.
        base_url: The base URL of the API; by default `PICTORY_API_BASE_URL`, or
            `https://api.pictory.ai/pictoryapis`.
        slots: How many connections there may be at once, 1 and more.
        max_rate: How many requests a second may be sent to the API, or None for as many as the
            service takes: after a 429 all requests pause together, then go on slower.
        timeouts: How long each part of one request may take.
        retry: How often and how patiently a request is sent again, where that is safe.
        schedule: When jobs are looked at, where a wait does not say: by default by their progress
            and by how long others took, see `pictory_async.schedules`.
        headers: More headers for every request to the API, those for tokens included; the hosts of
            files never see them. What the client sets itself, `Authorization` for one, is refused.
        job_path: The path of the job endpoint, `/v1/jobs/{job_id}` or `/v1/job/{job_id}`; by
            default the first that the service knows.
        scheme: A word to put before the token in the Authorization header. Pictory wants none.
        strict: What becomes of names in a JSON object that the documentation does not list. By
            default one that is close to a known name is a misspelt one, and an error; the others
            are sent, and the log says so once. `True` refuses them all, and `False` sends them
            all. What is under `extra` is always sent.
        proxy: The URL of a proxy; by default what `HTTPS_PROXY` and the like say.
        verify: Whom https connections trust: the path of a file or folder of certificates, or an
            `ssl.SSLContext`, which is set to speak HTTP/1.1. By default what `SSL_CERT_FILE` or
            `SSL_CERT_DIR` say, or the certificates that httpx brings along.
        transport: An httpx transport to send everything through, instead of connection slots.
            It is closed with the client.
        on_request: Called with a `pictory_async.events.RequestSent` before each attempt of a
            request to the API. This and the next one may be async; both are for traces: what they
            raise is logged and changes nothing, and after five seconds they are ended.
        on_response: Called with a `pictory_async.events.ResponseReceived` after each of these
            attempts, also where no answer came.

    Raises:
        ConfigurationError: A setting is missing, empty, or contradicts another.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        base_url: str | None = None,
        slots: int = 100,
        max_rate: float | None = None,
        timeouts: Timeouts | None = None,
        retry: Retry | None = None,
        schedule: Schedule | None = None,
        headers: Mapping[str, str] | None = None,
        job_path: str | None = None,
        scheme: str | None = None,
        strict: bool | None = None,
        proxy: str | None = None,
        verify: Verify | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
    ) -> None:
        # Imported here: `import pictory_async` takes a third of the time that it takes with this
        # (benchmarks/import_time.py), and those who make no client need not wait.
        from pictory_async._core import Settings, assemble  # noqa: PLC0415

        settings = Settings(
            credentials=credentials,
            base_url=base_url,
            slots=slots,
            max_rate=max_rate,
            timeouts=timeouts,
            retry=retry,
            schedule=schedule,
            headers=headers,
            job_path=job_path,
            scheme=scheme,
            strict=strict,
            proxy=proxy,
            verify=verify,
            transport=transport,
            on_request=on_request,
            on_response=on_response,
        )
        # They may hold secrets, and this frame stands in the traceback of a setting that is wrong.
        del headers
        self._core = assemble(settings)

    def __repr__(self) -> str:
        # It may be shown by an error of its own making, when there is none of this yet.
        return f"<Pictory {vars(self).get('_core', 'without its settings')}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. Jobs go on at the service.

        What `with_options` returned closes nothing: the connections are the first client's.
        """
        await self._core.aclose()

    def with_options(
        self,
        *,
        timeouts: Timeouts | None = None,
        retry: Retry | None = None,
        schedule: Schedule | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return a client with other settings that shares everything else with this one.

        For example, for a page that somebody waits for::

            hasty = pictory.with_options(timeouts=Timeouts(total=5), retry=Retry(attempts=1))
            update = await hasty.jobs.get(job)

        The connections, the budget, the token, the hooks, the looks at jobs and what was learnt
        of how long they take are shared. So a look that two wait for is made with the settings of
        one of them, tokens are fetched with those of the first client, and it says how long a pause
        of the whole budget may be. To close what this returns, by `aclose` or a block, closes
        nothing; it serves for as long as the first client is open.

        Args:
            timeouts: As for `Pictory`; None for those of this client. So are the next two.
            retry: How often and how patiently a request is sent again.
            schedule: When jobs are looked at, where a wait does not say.
            headers: Headers beside those of this client; the same name takes the other's place.

        Raises:
            ConfigurationError: One of them is not what it should be.
        """
        from pictory_async._core import Settings  # noqa: PLC0415 - see above

        given = Settings(timeouts=timeouts, retry=retry, schedule=schedule, headers=headers)
        del headers
        return self._on(self._core.with_options(given))

    def statistics(self) -> Statistics:
        """Return what was sent so far, what waits, and how fast it may go on.

        It is to be called on the event loop that the client is used on.
        """
        return self._core.budget.statistics()

    async def authenticate(self) -> None:
        """Fetch a token now, so that wrong credentials are found before there is work.

        The first request would do so by itself. An API key is sent as it is: there is nothing to
        fetch, and only a request tells whether it is valid.

        Raises:
            AuthenticationError: The client id and secret were refused.
            TransportError: No answer came.
            APIError: The service refused otherwise.

        Source: the page "/v1/oauth2/token".
        """
        await self._core.tokens.current()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | float | bool] | None = None,
        json: object = None,
        content: bytes | None = None,
        content_type: str = "application/octet-stream",
        idempotent: bool | None = None,
    ) -> Answer:
        """Send any request to the API, with the client's credentials, retries and slots.

        For example::

            answer = await pictory.request("GET", "/v1/jobs", params={"nextPageKey": key})
            print(answer.status, answer.raise_for_status().json())

        Args:
            method: The HTTP method.
            path: The path below the base URL, such as `/v1/jobs`, with its version.
            params: The query; it is encoded here.
            json: The JSON body.
            content: The body where it is no JSON.
            content_type: What `content` is.
            idempotent: Whether the request may be sent again after it was perhaps received; by
                default GET, HEAD and OPTIONS may. All others are sent again only where the service
                surely never saw them, or surely refused.

        Returns:
            The answer, whatever its status.

        Raises:
            InvalidRequestError: An argument is not what it should be; nothing was sent.
            TransportError: No whole answer came; `sent` tells whether the service may have seen
                the request.
        """
        return await self._raw.request(
            method,
            path,
            params=params,
            json=json,
            content=content,
            content_type=content_type,
            idempotent=idempotent,
        )

    def record_answers(self) -> AbstractContextManager[list[Answer]]:
        """Collect the raw answers of all typed calls within a block.

        For example::

            with pictory.record_answers() as answers:
                await pictory.storyboards.preview(storyboard)
            print(answers[-1].status, answers[-1].text)

        The answers of failed calls are among them, those of other tasks are not, unless the block
        started them. Uploads, downloads and requests for tokens are not recorded.

        Returns:
            A context manager that yields the list, which grows.
        """
        return self._raw.recording()

    async def text_to_video(
        self,
        script: Script,
        *,
        name: str | None = None,
        speaker: str | None = None,
        check: bool = False,
        version: Version | None = None,
        output: str | os.PathLike[str] | None = None,
        timeout: float | None = TIMEOUT,
        on_job: OnJob | None = None,
        on_progress: OnProgress | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Video:
        """Turn a script into a finished video: preview, render and, where asked, download.

        Args:
            script: The text, which becomes a scene for each sentence and line; or a storyboard
                of either generation, as a model or as the JSON object of the documentation.
            name: The video's name, beside a text; by default its first words.
            speaker: The voice that reads the text; by default the video is silent.
            check: Whether the voices, and the names of brands, styles and smart layouts, are first
                compared with the account's lists, as in `render_many`.
            version: Which generation of the API, beside a text or a JSON object: "v2", which is
                the default, or "v1".
            output: The file to download the video into; its folder must exist.
            timeout: Seconds for both jobs together, or None for no end. A render that is not done
                by then goes on at the service, and is billed. The download has what is left of
                them, but a minute at the least, or `timeout` where that is less.
            on_job: Called with each job once it has an id; keep it, to find what is paid for
                again after a cancellation or a crash. This and the next two may be async; what
                they raise is in the log and ends nothing.
            on_progress: Called with a `JobUpdate` after each look at a job.
            on_bytes: Called while the file arrives, with the bytes so far and in all.

        Returns:
            The finished video with its links.

        Raises:
            InvalidRequestError: An argument is not what it should be; nothing was sent.
            SubmissionUnknownError: Whether there is a job now is not known.
            JobError: A job failed, or was not done in time. Its id is in `job_id` of this and any
                other error, so that `resume` can go on with it.
            DownloadError: The video is done, but did not arrive.
            APIError: The service refused.
        """
        hooks = Hooks.of(on_job, on_progress, on_bytes)
        return await self._flows.text_to_video.turn_into_video(
            script,
            version,
            Run.start(self._core.waits, hooks, timeout),
            name=name,
            speaker=speaker,
            check=check,
            output=path_of("output", output),
        )

    async def resume(
        self,
        job: Job[Preview] | Job[Video] | str,
        *,
        version: Version | None = None,
        output: str | os.PathLike[str] | None = None,
        timeout: float | None = TIMEOUT,
        on_job: OnJob | None = None,
        on_progress: OnProgress | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Video:
        """Go on with an interrupted flow from its last job, whose id its error names.

        A preview is waited for and rendered; a video is waited for; and it is downloaded, where
        asked. So a preview that was rendered already is rendered and billed again: give the last
        job that there was.

        Args:
            job: The job of a preview or a video, or its id; then what is in it tells which.
            version: Which generation of the API renders a preview: "v2", which is the default, or
                "v1".
            output: The file to download the video into; its folder must exist.
            timeout: Seconds for what is left, as in `text_to_video`.
            on_job: Called with the render's job where there is a new one. This and the next two
                are as in `text_to_video`.
            on_progress: Called with a `JobUpdate` after each look at a job.
            on_bytes: Called while the file arrives, with the bytes so far and in all.

        Returns:
            The finished video with its links.

        Raises:
            InvalidRequestError: An argument is not what it should be, or the job is one of
                something else.
            SubmissionUnknownError: Whether there is a render now is not known.
            JobError: A job failed, or was not done in time.
            DownloadError: The video is done, but did not arrive.
            APIError: The service refused.
        """
        return await self._flows.resume.go_on(
            job,
            version,
            Run.start(self._core.waits, Hooks.of(on_job, on_progress, on_bytes), timeout),
            output=path_of("output", output),
        )

    async def edit_video(
        self,
        source: Source,
        *,
        name: str = "highlights",
        file_name: str | None = None,
        seconds: float = 60.0,
        choose: Choose | None = None,
        language: str | None = None,
        version: Version | None = None,
        output: str | os.PathLike[str] | None = None,
        timeout: float | None = EDIT_TIMEOUT,
        on_job: OnJob | None = None,
        on_progress: OnProgress | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Video:
        """Cut a long recording down to its best passages, by what is said in it.

        It is uploaded and transcribed; the service chooses highlights, or `choose` does; they
        become the scenes of a storyboard, which is rendered and, where asked, downloaded.

        Args:
            source: The path of a video file, its bytes, an async iterator of them, or the URL
                that an upload returned.
            name: The new video's name.
            file_name: The file's name, beside bytes and iterators.
            seconds: How long the highlights are to be together.
            choose: Chooses the passages of a `Transcript` instead of the service.
            language: What is spoken, such as `en-US`, which is the service's default.
            version: Which generation of the API makes the video: "v2", which is the default, or
                "v1".
            output: The file to download the video into; its folder must exist.
            timeout: Seconds from here to the finished render, or None for no end. The download
                has what is left of them, but a minute at the least, or `timeout` where that is
                less.
            on_job: Called with each of the four jobs once it has an id. This and the next two
                may be async; what they raise is in the log and ends nothing.
            on_progress: Called with a `JobUpdate` after each look at a job.
            on_bytes: Called while a file is on its way, with the bytes so far and in all: up
                first, and down in the end.

        Returns:
            The finished video with its links.

        Raises:
            InvalidRequestError: An argument is not what it should be, or there is no passage to
                show.
            UploadError: The recording did not get to the storage.
            SubmissionUnknownError: Whether there is a job now is not known.
            JobError: A job failed, or was not done in time: its id is in the error.
            DownloadError: The video is done, but did not arrive.
            APIError: The service refused.
        """
        hooks = Hooks.of(on_job, on_progress, on_bytes)
        return await self._flows.edit_video.cut_to_highlights(
            source,
            version,
            Run.start(self._core.waits, hooks, timeout),
            name=name,
            file_name=file_name,
            seconds=seconds,
            choose=choose,
            language=language,
            output=path_of("output", output),
        )

    async def template_to_videos(
        self,
        template: Template | str | ProjectFile,
        rows: Rows,
        *,
        name: Name | None = "video",
        missing: Missing = "error",
        ignore: Iterable[str] = (),
        version: Version | None = None,
        folder: str | os.PathLike[str] | None = None,
        at_once: int = ROWS_AT_ONCE,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        fail_fast: bool = False,
        breaker: int | None = BREAKER,
        limits: Limits | None = None,
        on_submit: OnSubmit | None = None,
        on_job: OnItemJob | None = None,
        on_progress: OnProgress | None = None,
        on_bytes: OnBytes | None = None,
    ) -> tuple[Outcome[Video], ...]:
        """Make a video of a template for each row of variables.

        A row that fails does not stop the others: look at the `error` of each outcome. It is
        `render_many` with the rows of one template, for those who want all outcomes at the end.

        Args:
            template: A template or its id; or a project to be uploaded once: the path of a
                `.pictai` file, its bytes, or the JSON object that is in it.
            rows: The variables of each video: a mapping of keys to them, or just one after the
                other, where the keys are numbers from 0.
            name: What every video's name begins with, and the row's key follows; or a function of
                the key, or None, as in `render_many`. The older generation of the API gives the
                videos the template's name.
            missing: What it means that a row lacks a variable of the template: "error", or
                "default" to take the template's own value.
            ignore: The names of columns that rows may have beside the template's variables, such
                as `["id"]`; they are not sent.
            version: Which generation of the API: "v2", which is the default, or "v1".
            folder: The folder to download the videos into, as `KEY.mp4`, where what a file system
                may refuse in a name is percent-encoded, as in `render_many`.
            at_once: How many videos are made at a time, 1 and more. The outcomes come together, so
                that a template that is wrong costs no more previews than this.
            timeout: Seconds for each video, or None for no end. Its download has what is left of
                them, but a minute at the least, or `timeout` where that is less.
            outage: Seconds for which the submits of a row, where nothing can have been paid for,
                or the looks at a job may fail in a row.
            fail_fast: Whether nothing more is submitted after the first failure.
            breaker: After how many times the same error in a row nothing more is submitted; None
                for never. The other rows have outcomes with a `NotSubmittedError`.
            limits: What the videos may cost together, as in `render_many`.
            on_submit: Called with the row's key before each submit, and awaited where it is async.
                What it raises prevents the submit: the row's outcome is a `NotSubmittedError`.
            on_job: Called with each job and the key of its row once the job has an id; keep them,
                to find what is paid for again after a crash. A function of the job alone will do.
                This and the next two may be async; what they raise is in the log and ends nothing.
            on_progress: Called with a `JobUpdate` after each look at a job.
            on_bytes: Called while a file arrives, with the bytes so far and in all.

        Returns:
            The outcomes, in the order of the rows, each with the jobs that were submitted for it.

        Raises:
            InvalidRequestError: An argument is not what it should be, or rows have a variable
                that the template lacks, or lack one that it has: the first one of them, with words
                on the others. No video was submitted.
            APIError: The project was refused.
        """
        COUNT.check_argument("at_once", at_once)
        settings = BatchSettings(
            hooks=BatchHooks.of(on_submit, on_job, on_progress, on_bytes),
            submitting=at_once,
            pending=at_once,
            downloading=at_once,
            timeout=timeout,
            outage=outage,
            fail_fast=fail_fast,
            breaker=breaker,
            limits=limits,
        )
        return await self._flows.template_to_videos.fill_rows(
            template,
            rows,
            version,
            settings,
            name=name,
            folder=folder,
            columns=Columns(missing=missing, ignore=ignore),
        )

    def render_many(
        self,
        items: Items,
        *,
        template: Template | str | None = None,
        missing: Missing = "error",
        ignore: Iterable[str] = (),
        speaker: str | None = None,
        name: Name | None = None,
        check: bool = True,
        version: Version | None = None,
        folder: str | os.PathLike[str] | None = None,
        submitting: int = SUBMITTING,
        pending: int = PENDING,
        downloading: int = DOWNLOADING,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        fail_fast: bool = False,
        breaker: int | None = BREAKER,
        limits: Limits | None = None,
        on_submit: OnSubmit | None = None,
        on_job: OnItemJob | None = None,
        on_progress: OnProgress | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Block[Outcomes[Video]]:
        """Make thousands of videos: a context manager that yields their outcomes as they come.

        An item that fails is an outcome with an error, and hides no other::

            async with pictory.render_many(scripts, folder="videos") as outcomes:
                async for outcome in outcomes:
                    print(outcome.key, outcome.error or outcome.result().url)

        Each item is previewed, rendered and, where asked, downloaded. All requests keep within
        what the service takes. Leaving the block early, by an exception or a cancellation too,
        submits nothing more and leaves nothing running; `left` of the outcomes then holds every
        job that was paid for.

        Args:
            items: The items, from an iterable or an async iterable, of which only as many are
                taken as there is room for: texts, storyboards of either generation, or their JSON
                objects. A mapping, or pairs, give them keys, which are strings or whole numbers;
                otherwise they are numbered from 0. An item may also be the last `Job` of an
                outcome with an `UnfinishedError`, a preview or a render: it goes on where it was.
                The items of a collection, such as a list or a dict, are all checked before
                the first is submitted; those of an iterator when it is their turn, where one that
                is wrong is an outcome with an error. What an iterable raises is raised after the
                outcomes of the items before. An async generator is closed with the block.
            template: A template or its id; the items are its variables then. It is asked once
                which ones it has, so that no misspelt one is ignored and paid for.
            missing: What it means that a row lacks a variable of the template: "error", or
                "default" to take the template's own value.
            ignore: The names of columns that rows may have beside the template's variables, such
                as `["id"]`; they are not sent.
            speaker: The voice that reads the texts; by default the videos are silent.
            name: What the videos of texts and rows are called at the service, where letters,
                digits, blanks, `_` and `-` are kept, and 150 characters: by default the key. A
                text goes before each key; a function of the key gives the whole name, and that of
                the file too. A storyboard says its name itself, and a row of the older generation
                of the API has the template's.
            check: Whether the voices, and the names of brands, styles and smart layouts in texts
                and storyboards, are compared with the account's lists before anything is paid
                for. Each list that is needed is read once, which is a request or more. A name that
                looks like a slip of a listed one is an error with a suggestion; any other
                unknown one is a warning in the log, as is a list that cannot be read.
            version: Which generation of the API, where the items do not say: "v2", which is the
                default, or "v1".
            folder: The folder to download the videos into, as `KEY.mp4`, in the place of files that
                are there already. Every key is the name of a file: what some file system refuses
                in it is percent-encoded, and what is longer than 120 bytes is cut and ends in
                a digest, as do keys that differ only in case.
            submitting: How many submits may be on their way at once, 1 and more; a job that is
                submitted takes none of them.
            pending: How many items may be under way, or have unread outcomes, at once.
            downloading: How many files may be on their way at once.
            timeout: Seconds for the jobs of each item, from its first submit, or None for no end.
                Its download has what was left of them when the video was done, but a minute at the
                least, or `timeout` where that is less; waiting for its turn takes none of it.
            outage: Seconds for which the submits of an item, where nothing can have been paid
                for, or the looks at a job may fail in a row.
            fail_fast: Whether nothing more is submitted after the first failure.
            breaker: After how many times the same error in a row nothing more is submitted; None
                for never. The other items have outcomes with a `NotSubmittedError`. An item that
                is wrong by itself, and is refused before it is sent, does not count.
            limits: What the batch may spend; where it depends on minutes or credits, it is
                no more than what the plan has left, which is asked once before.
            on_submit: Called with the item's key before each submit, and awaited where it is async.
                What it raises prevents the submit: the item's outcome is a `NotSubmittedError`.
            on_job: Called with each job and the key of its item once the job has an id; keep them,
                to find what is paid for again after a crash. A function of the job alone will do.
                This and the next two may be async; what they raise is in the log and ends nothing.
            on_progress: Called with a `JobUpdate` after each look at a job.
            on_bytes: Called while a file arrives, with the bytes so far and in all.

        Returns:
            A context manager that yields `Outcomes`, whose `events` tell what happens meanwhile. It
            can be opened and closed by hand, too, with `start` and `aclose`.

        Raises:
            InvalidRequestError: An argument is not what it should be, or items of a collection
                are wrong by themselves: the first one of them, with words on the others. Nothing
                was submitted.
            APIError: The quota or the template, where they matter, were refused; or the
                credentials, where names are compared with the account's lists.
        """
        settings = BatchSettings(
            hooks=BatchHooks.of(on_submit, on_job, on_progress, on_bytes),
            submitting=submitting,
            pending=pending,
            downloading=downloading,
            timeout=timeout,
            outage=outage,
            fail_fast=fail_fast,
            breaker=breaker,
            limits=limits,
        )
        given = ItemSettings(
            version=version,
            template=template,
            speaker=speaker,
            name=name,
            folder=folder,
            columns=Columns(missing=missing, ignore=ignore),
            check=check,
        )
        return Block(partial(self._flows.render_many.batch_of, items, settings, given))

    @overload
    async def wait_for_job(
        self,
        job: Job[T],
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
        on_progress: OnProgress | None = None,
    ) -> T: ...
    @overload
    async def wait_for_job(
        self,
        job: str,
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
        on_progress: OnProgress | None = None,
    ) -> JobResult: ...
    async def wait_for_job(
        self,
        job: Job[T] | str,
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
        on_progress: OnProgress | None = None,
    ) -> T | JobResult:
        """Wait for a job and return its result.

        Waits for the same job share their looks. Cancelling a wait leaves nothing running, and
        the job goes on at the service.

        Args:
            job: The job, or its id; then the kind of the result is told by what is in it.
            timeout: Seconds for the whole wait, or None for no end.
            outage: Seconds for which looks may fail in a row.
            schedule: When to look, instead of the client's schedule.
            on_progress: Called with a `JobUpdate` after each look; may be async. What it raises is
                in the log and ends nothing.

        Raises:
            JobFailedError: The service gave up on the job.
            JobCleanedError: The job's result was deleted.
            JobNotFoundError: The service knows no such job.
            JobResultMissingError: The job is completed, and look after look shows no result.
            JobTimeoutError: The job is not done yet; wait again to go on.
            JobOutageError: The service could not be asked for too long.
            APIError: The service refused to tell, for instance an `AuthenticationError`.
        """
        hook = hook_of("on_progress", on_progress, "update")
        waits = self._core.waits
        context = waits.context(Patience(timeout=timeout, outage=outage), schedule)
        return await waits.result_of(job, context, hook)

    @overload
    def wait_for_jobs(
        self,
        jobs: Iterable[Job[T]] | AsyncIterable[Job[T]],
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
    ) -> Block[Outcomes[T]]: ...
    @overload
    def wait_for_jobs(
        self,
        jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
    ) -> Block[Outcomes[Any]]: ...
    def wait_for_jobs(
        self,
        jobs: Iterable[Job[Any] | str] | AsyncIterable[Job[Any] | str],
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
    ) -> Block[Outcomes[Any]]:
        """Wait for thousands of jobs: a context manager that yields their outcomes as they end.

        A job that fails is an outcome with an error, and hides no other::

            async with pictory.wait_for_jobs(jobs) as outcomes:
                async for outcome in outcomes:
                    print(outcome.key, outcome.error or outcome.result())

        There is no task for each job, and no memory for those that have ended and were read.
        Leaving the block early leaves nothing running; the jobs go on at the service.

        Args:
            jobs: The jobs or their ids, from an iterable or an async iterable, which may go on
                while jobs end. What it raises is raised after the outcomes of the jobs before.
            timeout: Seconds for each job, from when it was taken, or None for no end.
            outage: Seconds for which looks at a job may fail in a row.
            schedule: When to look, instead of the client's schedule.

        Returns:
            A context manager that yields `Outcomes`: the key of each is the job's id, its error
            is what `wait_for_job` would raise.

        Raises:
            InvalidRequestError: An argument is not what it should be.
        """
        # Imported here for the same reason as in `__init__`.
        from pictory_async._waiting.many_jobs import wait_for_many  # noqa: PLC0415

        patience = Patience(timeout=timeout, outage=outage)
        context = self._core.waits.context(patience, schedule)
        return wait_for_many(jobs, context, self._core.budget.on_rate_limit)

    @overload
    def watch_job(
        self,
        job: Job[T],
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[JobUpdate[T]]]: ...
    @overload
    def watch_job(
        self,
        job: str,
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[JobUpdate[JobResult]]]: ...
    def watch_job(
        self,
        job: Job[T] | str,
        *,
        timeout: float | None = TIMEOUT,
        outage: float = OUTAGE,
        schedule: Schedule | None = None,
    ) -> (
        AbstractAsyncContextManager[AsyncIterator[JobUpdate[T]]]
        | AbstractAsyncContextManager[AsyncIterator[JobUpdate[JobResult]]]
    ):
        """Watch a job: an async context manager that yields a stream of `JobUpdate`.

        The last update holds the result::

            async with pictory.watch_job(job) as updates:
                async for update in updates:
                    print(update.progress)

        Args:
            job: The job, or its id.
            timeout: Seconds for the whole watch, or None for no end.
            outage: Seconds for which looks may fail in a row.
            schedule: When to look, instead of the client's schedule.

        Raises:
            JobError: As `wait_for_job`, from the iteration.
        """
        waits = self._core.waits
        context = waits.context(Patience(timeout=timeout, outage=outage), schedule)
        return waits.watch(job, context)

    async def upload(
        self,
        source: Source,
        *,
        name: str | None = None,
        content_type: str | None = None,
        on_bytes: OnBytes | None = None,
    ) -> str:
        """Upload a media file to the service's storage.

        The bytes go there in a stream, without credentials, and again where that fails. An
        iterator's are written to a temporary file first, since the storage asks for the length.

        Args:
            source: The path of a file, its bytes, or an async iterator of them.
            name: The file's name, required beside bytes and iterators.
            content_type: What it is, such as `video/mp4`; by default its name tells.
            on_bytes: Called with the bytes that were sent and the bytes there are in all; may be
                async. Another attempt begins at 0 again.

        Returns:
            The permanent URL, for storyboards, transcriptions and `edit_video`.

        Raises:
            InvalidRequestError: There is nothing to upload, or no name.
            UploadError: The file did not get to the storage.
            APIError: The service refused to take a file.

        Source: api-reference/media/generate-signed-url.
        """
        hook = hook_of("on_bytes", on_bytes, "done", "total")
        return await self._flows.transfers.send_media(source, name, content_type, hook)

    async def download(
        self,
        source: Video | str,
        target: str | os.PathLike[str],
        *,
        on_bytes: OnBytes | None = None,
    ) -> Path:
        """Download a video, or what is at a URL, into a file.

        The bytes go to a temporary file beside the target, which is renamed when it is whole.
        Where a connection breaks, the rest is asked for; a target that is a link stays one.
        No credential goes along, wherever the file is.

        What arrives must be a film where a `Video` is given, and else what the target's suffix
        says, where that is a known one: a login page, an error document and nothing at all are
        refused, whatever their status. Where a video's link has run out, its job is looked at
        once more for a fresh one.

        Args:
            source: A finished video, or an http or https URL.
            target: The file; its folder must exist. A file that is there already is replaced.
            on_bytes: Called with the bytes that have arrived and the bytes there are in all, or
                None where the host does not say; may be async.

        Returns:
            The target.

        Raises:
            InvalidRequestError: The source is neither, or the folder does not exist.
            DownloadError: The file did not arrive whole, or something else came in its place, or
                it could not be written, or the service names no file of the video.
        """
        PATH.check_argument("target", target)
        hook = hook_of("on_bytes", on_bytes, "done", "total")
        return await self._flows.transfers.fetch_result(source, Path(target), hook)

    async def download_outputs(
        self,
        video: Video,
        folder: str | os.PathLike[str],
        *,
        name: str | None = None,
        on_bytes: OnBytes | None = None,
    ) -> dict[str, Path]:
        """Download a video with its subtitles, its text, its thumbnail and its sound.

        Each arrives as with `download`, a few at a time. All are tried, whatever fails::

            paths = await pictory.download_outputs(video, "videos", name="tea")
            print(paths["mp4"], paths.get("srt"))

        Args:
            video: A finished video.
            folder: The folder, which must exist. Files that are there already are replaced.
            name: What the files are called before their suffixes, by default the job's id. What
                some file system refuses in it is percent-encoded, as in `render_many`.
            on_bytes: Called with the bytes that have arrived of all files together and the bytes
                there are in all, or None as long as a host did not say; may be async.

        Returns:
            The files by what they are, as far as the service names them: `mp4`, `srt`, `vtt`,
            `txt`, `thumbnail` and `audio`.

        Raises:
            InvalidRequestError: An argument is not what it should be; nothing was asked for.
            DownloadError: A file did not arrive: the first one of them, with notes on the others
                and on what arrived.
        """
        PATH.check_argument("folder", folder)
        hook = hook_of("on_bytes", on_bytes, "done", "total")
        return await self._flows.transfers.fetch_outputs(video, folder, name, hook)
