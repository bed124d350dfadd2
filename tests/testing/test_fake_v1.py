"""Tests of the first generation's calls against api/v1.md."""

from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

STORYBOARD = "/v1/video/storyboard"
RENDER = "/v1/video/render"
BODY: dict[str, Any] = {"videoName": "demo", "scenes": [{"text": "Hello there."}]}


async def preview(api: httpx.AsyncClient, fake: FakePictory, body: dict[str, Any]) -> str:
    """Make a preview."""
    response = await api.post(STORYBOARD, json=body)
    assert 200 == response.status_code, response.text
    fake.advance(15)
    job_id: str = response.json()["jobId"]
    return job_id


async def data_of(api: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    """Look at a job."""
    data: dict[str, Any] = (await api.get(f"/v1/jobs/{job_id}")).json()["data"]
    return data


async def times(api: httpx.AsyncClient, fake: FakePictory, *scenes: object) -> list[float]:
    """Return the times of the scenes of a preview."""
    job_id = await preview(api, fake, {"videoName": "demo", "scenes": scenes})
    return [scene["time"] for scene in (await data_of(api, job_id))["renderParams"]["scenes"]]


async def test_submitted_storyboard_tells_its_id_twice(api: httpx.AsyncClient) -> None:
    """The id of a storyboard stands at the top and, in snake case, in `data`."""
    answer = (await api.post(STORYBOARD, json=BODY)).json()

    assert {
        "jobId": answer["jobId"],
        "success": True,
        "data": {"job_id": answer["jobId"]},
    } == answer


async def test_completed_storyboard_has_no_status(
    api: httpx.AsyncClient, fake: FakePictory
) -> None:
    """A completed storyboard has a preview and renderParams, and no `status`."""
    job_id = await preview(api, fake, BODY)
    answer = (await api.get(f"/v1/jobs/{job_id}")).json()

    assert {"job_id": job_id, "success": True, "data": answer["data"]} == answer
    assert {"preview", "renderParams"} == set(answer["data"])
    params = answer["data"]["renderParams"]
    assert {"audio", "output", "scenes", "next_generation_video", "containsTextToImage"} == set(
        params
    )
    assert (640, 360) == (params["output"]["width"], params["output"]["height"])


async def test_scenes_last_as_long_as_their_words(
    api: httpx.AsyncClient, fake: FakePictory
) -> None:
    """0.4 s a word in steps of 0.5 s, 2 s at least, `minimumDuration` if longer; pictures 3 s."""
    scenes = [
        {"text": "One."},
        {"text": "six words are in this one"},
        {"text": "nine words are in this one, as it says"},
        {"text": "One.", "minimumDuration": 4.25},
        {"backgroundUri": "https://example.com/a.jpg", "backgroundType": "image"},
        {"backgroundUri": "https://example.com/a.jpg", "minDuration": 7},
    ]

    assert [2.0, 2.5, 3.5, 4.25, 3.0, 7.0] == await times(api, fake, *scenes)


async def test_text_is_split_on_lines_and_periods(
    api: httpx.AsyncClient, fake: FakePictory
) -> None:
    """The flags of the scene, or of the whole body, cut a text into scenes."""
    text = "One 1.5 one. Two! Two.\n\n Three. "

    assert 1 == len(await times(api, fake, {"text": text}))
    assert 2 == len(await times(api, fake, {"text": text, "splitTextOnNewLine": True}))
    assert 3 == len(await times(api, fake, {"text": text, "splitTextOnPeriod": True}))
    body = {**BODY, "scenes": [{"text": text}], "splitTextOnPeriod": True}
    params = (await data_of(api, await preview(api, fake, body)))["renderParams"]
    assert 3 == len(params["scenes"])


async def test_tags_are_not_shown(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Keywords and SSML are marked in a text, and not read out."""
    scene = {"text": "Hello <strong>there</strong>."}
    params = (await data_of(api, await preview(api, fake, {**BODY, "scenes": [scene]})))[
        "renderParams"
    ]

    assert "Hello there." == params["scenes"][0]["subtitles"][0]["text"]


@pytest.mark.parametrize("source", ["article_url", "articleUrl", "pptUrl"])
async def test_other_sources(api: httpx.AsyncClient, fake: FakePictory, source: str) -> None:
    """An article in either spelling and a presentation are accepted."""
    assert [2.0] == await times(api, fake, {source: "https://example.com/a"})


@pytest.mark.parametrize("size", [(1280, 720), ("1280", "720")])
async def test_size_is_an_integer_or_a_string(
    api: httpx.AsyncClient, fake: FakePictory, size: tuple[object, object]
) -> None:
    """The size is taken as the page has it and as official code has it."""
    body = {**BODY, "videoWidth": size[0], "videoHeight": size[1]}
    output = (await data_of(api, await preview(api, fake, body)))["renderParams"]["output"]

    assert (1280, 720) == (output["width"], output["height"])


async def test_generous_fields_are_accepted(api: httpx.AsyncClient) -> None:
    """What official examples send is accepted, unknown fields and the string 'true' included."""
    audio = {
        "autoBackgroundMusic": "true",
        "aiVoiceOver": {"speaker": "Jackson", "speed": 100, "amplifyLevel": 0},
    }
    body = {**BODY, "audio": audio, "language": "en", "novel": 1, "textStyles": {"fontSize": 30}}
    body["videoDescription"] = "x" * 100

    assert 200 == (await api.post(STORYBOARD, json=body)).status_code


async def test_voices_of_programs(api: httpx.AsyncClient) -> None:
    """A voice needs no speed, and numbers come as strings of digits, too."""
    voices = [
        {"speaker": "Jackson"},
        {"speaker": "Jackson", "speed": "100", "amplifyLevel": "0"},
        {"speaker": "Jackson", "speed": 100, "amplifyLevel": "-0.5"},
    ]
    audio = {
        "autoBackgroundMusic": "true",
        "backGroundMusicVolume": "0.3",
        "aiVoiceOver": voices[0],
        "aiVoiceOvers": voices,
    }

    assert 200 == (await api.post(STORYBOARD, json={**BODY, "audio": audio})).status_code


async def test_numbers_as_strings_count(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A duration in a string of digits is a duration."""
    assert [4.25] == await times(api, fake, {"text": "One.", "minimumDuration": "4.25"})


async def test_nulls_are_left_out_fields(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """`null` for what need not be there is as good as nothing, however deep it is."""
    nothing = dict.fromkeys(("webhook", "language", "brandLogo", "videoWidth", "textStyles"))
    audio = {"aiVoiceOver": {"speaker": "Jackson", "speed": None}, "backGroundMusicUri": None}
    scene = {"text": "One.", "backgroundUri": None, "minimumDuration": None, "voiceOver": None}
    body = {"videoName": "demo", **nothing, "audio": audio, "scenes": [scene]}
    job_id = await preview(api, fake, body)
    put = await api.put(f"{RENDER}/{job_id}", json={"webhook": None, "scenes": None})

    assert 200 == put.status_code
    assert 2.0 == fake.jobs[job_id].film.seconds


@pytest.mark.parametrize(
    ("audio", "expected"),
    [
        (None, None),
        ({"autoBackgroundMusic": False}, None),
        ({"autoBackgroundMusic": "false", "backGroundMusicVolume": 0.5}, None),
        ({"autoBackgroundMusic": "true"}, ("music-1.mp3", 0.1)),
        ({"autoBackgroundMusic": True, "backGroundMusicVolume": "0.5"}, ("music-1.mp3", 0.5)),
        ({"backGroundMusicUri": "https://example.com/own.mp3"}, ("own.mp3", 0.1)),
    ],
)
async def test_music_is_in_the_params(
    api: httpx.AsyncClient, fake: FakePictory, audio: Any, expected: tuple[str, float] | None
) -> None:
    """Where there is music, `audio` tells its id, library, source and volume; else nothing."""
    job_id = await preview(api, fake, {**BODY, "audio": audio})
    params = (await data_of(api, job_id))["renderParams"]
    told = params["audio"]
    music = {"audio_id", "audio_library", "src", "track_volume"}

    assert ({"video_volume", "tts"} | (music if expected else set())) == set(told)
    assert [bool(expected)] == [scene["music"] for scene in params["scenes"]]
    if expected:
        assert (str, "track") == (type(told["audio_id"]), told["audio_library"])
        assert expected == (told["src"].rpartition("/")[2], told["track_volume"])


async def test_types_in_the_params(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Ids are numbers for one library and strings for the other; two odd fields are strings."""
    scenes = [{"text": "One."}, {"text": "Two."}]
    job_id = await preview(api, fake, {**BODY, "scenes": scenes})
    made = (await data_of(api, job_id))["renderParams"]["scenes"]
    sources = [scene["background"]["src"][0] for scene in made]
    parts = [scene["sub_scenes"][0] for scene in made]

    assert [("story_blocks", int), ("getty", str)] == [
        (source["library"], type(source["asset_id"])) for source in sources
    ]
    assert [("", "Scene 1"), ("", "Scene 2")] == [
        (part["subtitle"], part["showSceneNumber"]) for part in parts
    ]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"videoName": ""}, "videoName"),
    ({"videoName": 5}, "videoName must be a string"),
    ({"scenes": []}, "scenes must contain at least 1 items"),
    ({"scenes": {}}, "scenes must be an array"),
    ({"scenes": [{}]}, "scenes[0] needs one of [text,"),
    ({"scenes": [{"text": ""}]}, "scenes[0] needs one of [text,"),
    ({"scenes": ["text"]}, "scenes[0] must be an object"),
    ({"audio": {"aiVoiceOver": {"speed": 100}}}, "audio.aiVoiceOver.speaker is required"),
    ({"audio": {"aiVoiceOver": {"speaker": "x", "speed": 20}}}, "must be at least 50"),
    ({"audio": {"autoBackgroundMusic": 1}}, "audio.autoBackgroundMusic must be a boolean"),
    ({"videoWidth": "wide"}, "videoWidth must be an integer"),
    ({"videoWidth": True}, "videoWidth must be an integer"),
    ({"videoName": None}, "videoName is required"),
    ({"scenes": [{"text": None}]}, "scenes[0] needs one of [text,"),
    ({"audio": {"aiVoiceOver": {"speaker": None}}}, "audio.aiVoiceOver.speaker is required"),
    ({"audio": {"aiVoiceOver": {"speaker": "x", "speed": "20"}}}, "must be at least 50"),
    ({"audio": {"aiVoiceOver": {"speaker": "x", "speed": "fast"}}}, "must be an integer"),
    ({"audio": {"aiVoiceOver": {"speaker": "x", "speed": "9" * 5000}}}, "must be an integer"),
    ({"videoDescription": "x" * 101}, "videoDescription length must be at most 100 characters"),
]


@pytest.mark.parametrize(("change", "complaint"), WRONG)
async def test_wrong_storyboards(
    api: httpx.AsyncClient, fake: FakePictory, change: dict[str, Any], complaint: str
) -> None:
    """A wrong body is refused in the general shape, with a number for a code."""
    response = await api.post(STORYBOARD, json={**BODY, **change})
    answer = response.json()

    assert (400, False) == (response.status_code, answer["success"])
    assert complaint in answer["error"]["error_message"]
    assert isinstance(answer["error"]["error_code"], int)
    assert {} == fake.jobs


@pytest.mark.parametrize("missing", ["videoName", "scenes"])
async def test_required_fields(api: httpx.AsyncClient, missing: str) -> None:
    """A storyboard needs a name and scenes."""
    body = {key: value for key, value in BODY.items() if key != missing}
    answer = (await api.post(STORYBOARD, json=body)).json()

    assert f"{missing} is required" == answer["error"]["error_message"]


async def test_completed_render(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A render tells its files in the words of the first generation."""
    job_id = await preview(api, fake, BODY)
    submitted = (await api.put(f"{RENDER}/{job_id}", json={})).json()
    render_id = submitted["data"]["job_id"]
    fake.advance(60)
    data = await data_of(api, render_id)

    assert {"success": True, "data": {"job_id": render_id}} == submitted
    assert job_id != render_id
    assert ("completed", 100, 2.0) == (data["status"], data["progress"], data["videoDuration"])
    assert data["videoURL"] == data["shareVideoURL"]
    assert not {"videoShareURL", "aiCreditsUsed"} & set(data)
    assert {"thumbnail", "audioURL", "txtFile", "srtFile", "vttFile"} < set(data)


async def test_edited_params_are_rendered(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A render makes what renderParams say, not what the storyboard said."""
    params = (await data_of(api, await preview(api, fake, BODY)))["renderParams"]
    params["scenes"][0]["sub_scenes"][0]["text_lines"][0]["text"] = "Goodbye."
    params["scenes"][0]["time"] = 9.5
    params["output"].update(width=100, height="absurd")
    job_id = (await api.post(RENDER, json=params)).json()["data"]["job_id"]

    film = fake.jobs[job_id].film
    assert ("demo", 9.5, 640) == (film.title, film.seconds, film.width)
    assert ["Goodbye."] == [scene.text for scene in film.scenes]


async def test_subtitles_serve_without_lines(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A scene that has subtitles only shows them."""
    scenes = [{"time": 2, "subtitles": [{"text": "Said."}, "?", {}]}, {"time": 3}]
    job_id = (await api.post(RENDER, json={"scenes": scenes})).json()["data"]["job_id"]

    assert ["Said.", ""] == [scene.text for scene in fake.jobs[job_id].film.scenes]


async def test_put_with_scenes_renders_them(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """The official template example sends the scenes along with the preview's id."""
    job_id = await preview(api, fake, BODY)
    body = {"scenes": [{"time": 4, "subtitles": [{"text": "Mine."}]}]}
    render_id = (await api.put(f"{RENDER}/{job_id}", json=body)).json()["data"]["job_id"]

    assert 4.0 == fake.jobs[render_id].film.seconds


@pytest.mark.parametrize("body", [{}, {"scenes": [{"time": "2"}]}, {"scenes": [{"time": 1e999}]}])
async def test_params_need_timed_scenes(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    """RenderParams without scenes that have a time are refused."""
    assert (
        400
        == (
            await api.post(
                RENDER,
                content=str(body).replace("'", '"').replace("inf", "1e999"),
                headers={"Content-Type": "application/json"},
            )
        ).status_code
    )


async def test_wrapped_params_fail_later(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """`{"renderParams": …}` is accepted, billed, and fails."""
    params = (await data_of(api, await preview(api, fake, BODY)))["renderParams"]
    job_id = (await api.post(RENDER, json={"renderParams": params})).json()["data"]["job_id"]
    fake.advance(60)
    answer = (await api.get(f"/v1/jobs/{job_id}")).json()

    assert (job_id,) == fake.billed
    assert (False, "failed") == (answer["success"], answer["data"]["status"])
    assert "TEXT_TO_VIDEO_FAILED" == answer["data"]["error_code"]


async def test_put_needs_a_completed_preview(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Nothing but a completed preview can be rendered."""
    job_id = (await api.post(STORYBOARD, json=BODY)).json()["jobId"]
    early = await api.put(f"{RENDER}/{job_id}", json={})
    unknown = await api.put(f"{RENDER}/nobody", json={})
    fake.advance(15)
    render_id = (await api.put(f"{RENDER}/{job_id}", json={})).json()["data"]["job_id"]
    fake.advance(60)
    not_a_preview = await api.put(f"{RENDER}/{render_id}", json={})

    assert (400, 890) == (early.status_code, early.json()["error"]["error_code"])
    assert (404, "5000") == (unknown.status_code, unknown.json()["data"]["error_code"])
    assert 400 == not_a_preview.status_code
    assert (render_id,) == fake.billed


async def test_put_needs_no_body(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Nothing at all is enough for a PUT, with the header for JSON or without."""
    job_id = await preview(api, fake, BODY)
    json = {"Content-Type": "application/json"}
    answers = [
        await api.put(f"{RENDER}/{job_id}"),
        await api.put(f"{RENDER}/{job_id}", headers=json),
        await api.put(f"{RENDER}/{job_id}/", content=b"{", headers=json),
    ]

    assert [200, 200, 400] == [answer.status_code for answer in answers]
    assert 2 == len(fake.billed)
