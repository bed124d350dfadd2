"""Transcriptions and highlights of both generations (v2.md, section 8; v1.md, 3.6 to 3.11)."""

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Handler, Route
from pictory_async.testing._handlers import _transcripts as transcripts
from pictory_async.testing._messages import Json, Object, Reply
from pictory_async.testing._schema import Check, anything, list_of, number, one_of, record, text
from pictory_async.testing._world import Generation, JobFailure, World


_WEBHOOK = text(most=500)
_item = record(
    {
        "uid": anything,
        "speakerId": anything,
        "words": list_of(record(keep_unknown=True)),
        **dict.fromkeys(("text", "start", "end"), anything),
    }
)
_TRANSCRIBE = record(
    {
        "fileUrl": text(least=1),
        "mediaType": one_of("video | audio"),
        # v1.md, 3.6 lists the languages; "20+ languages", says v2.md, section 8: not only these.
        "language": text(least=2),
        "webhook": _WEBHOOK,
        "transcript": list_of(_item, least=1),
        "highlights": list_of(anything),
        "highlight": list_of(anything),
    },
    required="fileUrl",
)
_CHOOSE = {
    "highlight_duration": number(1),
    "webhook": _WEBHOOK,
    "language": text(least=2),
}
_CHOOSE_FROM = record(
    {**_CHOOSE, "transcript": list_of(_item, least=1), "duration": number(0)},
    required="transcript highlight_duration",
)
_CHOOSE_OF = record(_CHOOSE, required="highlight_duration")
# Nobody says how a transcription fails of a file that is not there: a documented code serves.
_UNREADABLE = JobFailure("SCENE_BACKGROUND_VISUAL_NOT_FOUND", "The file could not be read.")


def _transcribe(generation: Generation) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        url, files = str(call.payload["fileUrl"]), call.request.site.files
        given = call.payload.get("transcript")
        sentences = given or transcripts.sentences_of(world.speech or transcripts.SPEECH)
        said = sentences if isinstance(sentences, list) else []
        film = transcripts.film_of(url.rpartition("/")[2], said)
        failure = None if _is_there(world, url, files) else _UNREADABLE
        job = world.enqueue(
            "transcription", generation, film, result=_result(said), failure=failure
        )
        return _submitted(job.id)

    return handler


def _is_there(world: World, url: str, files: str) -> bool:
    """Say whether a file can be read; of other hosts it is assumed."""
    medium = world.media.get(url.removeprefix(files + "/"))
    return not url.startswith(files + "/") or (medium is not None and medium.content is not None)


def _result(sentences: list[Json]) -> Object:
    end = transcripts.span_of(sentences[-1])[1] if sentences else 0.0
    cues = transcripts.cues_of
    return {
        "transcript": sentences,
        "txt": " ".join(map(transcripts.text_of, sentences)),
        "srt": cues(sentences, ","),
        "vtt": "WEBVTT\n\n" + cues(sentences, "."),
        "mediaInfo": {"duration": end, "width": 1280, "height": 720, "aspectRatio": "16:9"},
    }


def _choose(generation: Generation) -> Handler:
    def handler(world: World, call: Call) -> Reply:
        return _chosen(world, call, call.payload["transcript"], generation)

    return handler


def choose_of_job(world: World, call: Call) -> Reply:
    """Answer `POST /v2/transcription/{job_id}/highlights`; the job must be completed."""
    job_id = call.params["job_id"]
    job = world.jobs.get(job_id)
    if job is None:
        return refusals.unknown_job(job_id, 404)
    if job.kind != "transcription" or job.state(world.clock.now()) != "completed":
        return refusals.code(400, "INVALID_REQUEST", "The job is not a completed transcription.")
    return _chosen(world, call, job.result["transcript"], "v2")


def _chosen(world: World, call: Call, sentences: Json, generation: Generation) -> Reply:
    seconds = call.payload["highlight_duration"]
    marked = transcripts.marked(
        sentences if isinstance(sentences, list) else [],
        float(seconds) if isinstance(seconds, int | float) else 0.0,
    )
    result: Object = {"transcript": marked}
    return _submitted(world.enqueue("highlights", generation, result=result).id)


def _submitted(job_id: str) -> Reply:
    return Reply.json(200, {"success": True, "data": {"jobId": job_id}})


def _route(path: str, handler: Handler, schema: Check) -> Route:
    return Route(
        operation=f"POST {path}",
        handler=handler,
        body="object",
        schema=schema,
        dialect=refusals.fields_dialect if path.startswith("/v2") else refusals.general_dialect,
    )


ROUTES: tuple[Route, ...] = (
    _route("/v2/transcription", _transcribe("v2"), _TRANSCRIBE),
    _route("/v1/transcription", _transcribe("v1"), _TRANSCRIBE),
    _route("/v2/transcription/highlights", _choose("v2"), _CHOOSE_FROM),
    _route("/v1/transcription/highlights", _choose("v1"), _CHOOSE_FROM),
    _route("/v2/transcription/{job_id}/highlights", choose_of_job, _CHOOSE_OF),
)
