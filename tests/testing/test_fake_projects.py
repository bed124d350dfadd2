"""Tests of projects as the web application exports them: what becomes of their lines and times."""

import json
from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory
from pictory_async.testing._film import DEFAULT_SIZE, Film
from pictory_async.testing._service import IN_PROCESS
from tests.testing.exported import SECONDS, SENTENCES, line, project, scene


pytestmark = pytest.mark.anyio

OCTETS = {"Content-Type": "application/octet-stream"}
VALUES = {"customer_name": "Ada", "day": "Monday"}
FILLED = [
    text.replace("{{customer_name}}", "Ada").replace("{{day}}", "Monday") for text in SENTENCES
]


async def template_of(api: httpx.AsyncClient, content: dict[str, Any]) -> dict[str, Any]:
    """Upload a project."""
    answer = await api.post("/v1/templates", content=json.dumps(content), headers=OCTETS)
    assert 200 == answer.status_code, answer.text
    template: dict[str, Any] = answer.json()
    return template


async def film_of(
    api: httpx.AsyncClient, fake: FakePictory, content: dict[str, Any], **body: Any
) -> Film:
    """Upload a project, and return the film of it."""
    template = await template_of(api, content)
    body = {"templateId": template["templateId"], **body}
    answer = await api.post("/v1/video/from-template", json=body)
    assert 200 == answer.status_code, answer.text
    return fake.jobs[answer.json()["data"]["jobId"]].film


async def lines_of(
    api: httpx.AsyncClient, fake: FakePictory, *scenes: dict[str, Any], **fields: Any
) -> list[tuple[str, float]]:
    """Upload a project of scenes, and return the texts and times of its film."""
    film = await film_of(api, fake, project(scenes=scenes, timePerFrame=None, **fields))
    return [(each.text, each.seconds) for each in film.scenes]


async def video_of(api: httpx.AsyncClient, fake: FakePictory, job: str) -> dict[str, Any]:
    """Return the result of a finished render."""
    fake.advance(60)
    data: dict[str, Any] = (await api.get(f"/v1/jobs/{job}")).json()["data"]
    return data


def stamp(seconds: float, comma: str) -> str:
    """Write a time below an hour as subtitles do."""
    return f"00:{int(seconds) // 60:02}:{int(seconds) % 60:02}{comma}000"


def cues(texts: list[str], seconds: tuple[int, ...], comma: str) -> list[str]:
    """Return the cues of subtitles without their numbers."""
    starts = [sum(seconds[:number]) for number in range(len(seconds))]
    return [
        f"{stamp(start, comma)} --> {stamp(start + length, comma)}\n{text}\n"
        for start, length, text in zip(starts, seconds, texts, strict=True)
    ]


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_ten_scenes_become_a_film(
    api: httpx.AsyncClient, web: httpx.AsyncClient, fake: FakePictory, generation: str
) -> None:
    """The ten texts and times of an exported project are in the subtitles of its video."""
    template = await template_of(api, project())
    body = {"templateId": template["templateId"], "variables": VALUES}
    if generation == "v1":
        submitted = await api.post("/v1/video/from-template", json=body)
        preview = submitted.json()["data"]["jobId"]
        fake.advance(15)
        rendered = (await api.put(f"/v1/video/render/{preview}", json={})).json()
        job = rendered["data"]["job_id"]
    else:
        body["videoName"] = "A letter"
        submitted = await api.post("/v2/video/storyboard/render", json=body)
        job = submitted.json()["data"]["jobId"]
    video = await video_of(api, fake, job)
    srt, vtt = [(await web.get(video[key])).text for key in ("srtFile", "vttFile")]
    numbered = [f"{n}\n{cue}" for n, cue in enumerate(cues(FILLED, SECONDS, ","), 1)]

    assert "\n".join(numbered) == srt
    assert "\n".join(["WEBVTT\n", *cues(FILLED, SECONDS, ".")]) == vtt
    assert sum(SECONDS) == video["videoDuration"]
    film = fake.jobs[job].film
    assert ("A letter", 1280, 720) == (film.title, film.width, film.height)
    assert () == fake.stripped


async def test_edited_and_rendered(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """The renderParams of a template's preview make the same film, by POST too."""
    template = await template_of(api, project())
    body = {"templateId": template["templateId"], "variables": VALUES}
    preview = (await api.post("/v1/video/from-template", json=body)).json()["data"]["jobId"]
    fake.advance(15)
    params = (await api.get(f"/v1/jobs/{preview}")).json()["data"]["renderParams"]
    posted = (await api.post("/v1/video/render", json=params)).json()["data"]["job_id"]

    assert fake.jobs[preview].film == fake.jobs[posted].film


async def test_template_of_an_export(api: httpx.AsyncClient) -> None:
    """The template tells the project's name, language, music, voice, scenes and variables."""
    template = await template_of(api, project())
    first = template["scenes"][0]

    assert ("A letter", "en") == (template["name"], template["language"])
    assert {"customer_name": "CUSTOMER_NAME", "day": "DAY"} == template["variables"]
    assert {
        "musicUrl": "https://example.com/calm.mp3",
        "musicVolume": 0.2,
        "aiVoice": {"speaker": "Jackson", "speed": 110, "amplifyLevel": 0},
    } == template["audio"]
    assert list(range(1, 11)) == [each["sceneId"] for each in template["scenes"]]
    assert {"sceneId", "subtitles", "backgroundVisual"} == set(first)
    assert "Welcome, {{customer_name}}." == first["subtitles"][0]["text"]
    assert {"visualUrl": "https://example.com/1.jpg", "type": "image"} == first["backgroundVisual"]
    assert {
        "templateId",
        "name",
        "language",
        "published",
        "deprecated",
        "audio",
        "scenes",
        "variables",
    } == set(template)


@pytest.mark.parametrize(
    ("fields", "visual"),
    [
        (
            {"image": "https://example.com/a.MP4?token=x"},
            ("https://example.com/a.MP4?token=x", "video"),
        ),
        ({"backgroundVisual": {"visualUrl": "https://v", "type": "video"}}, ("https://v", "video")),
        ({"backgroundVisual": None}, ("https://example.com/1.jpg", "image")),
        ({"image": None}, (f"{IN_PROCESS.files}/background.jpg", "image")),
    ],
)
async def test_visual(
    api: httpx.AsyncClient, fields: dict[str, Any], visual: tuple[str, str]
) -> None:
    """A scene of a template has a visual: its own, the project's picture, or any."""
    template = await template_of(api, project(scenes=[scene(1, "One.", 3, **fields)]))
    found = template["scenes"][0]["backgroundVisual"]

    assert visual == (found["visualUrl"], found["type"])


async def test_template_of_little(api: httpx.AsyncClient) -> None:
    """What a project lacks, or has as null, has a value in the template all the same."""
    for content in ({}, dict.fromkeys(project())):
        template = await template_of(api, content)

        assert ("Untitled", "en", []) == (
            template["name"],
            template["language"],
            template["scenes"],
        )
        assert {"musicUrl", "musicVolume", "aiVoice"} == set(template["audio"])
        assert {"speaker", "speed", "amplifyLevel"} == set(template["audio"]["aiVoice"])


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"projectName": None}, "A letter to [Company Name]"),
        ({"projectName": "", "title": None}, "Untitled"),
        ({"name": "Plain"}, "Plain"),
    ],
)
async def test_name(api: httpx.AsyncClient, fields: dict[str, Any], name: str) -> None:
    """The name of a project is that of its template; its title serves where there is none."""
    assert name == (await template_of(api, project(**fields)))["name"]


@pytest.mark.parametrize(
    ("ratio", "resolution", "size"),
    [
        (16 / 9, "720p", (1280, 720)),
        (1.7777, "1080p", (1920, 1080)),
        (0.5625, "720p", (720, 1280)),
        (1, "480p", (480, 480)),
        (0.8, "720p", (720, 900)),
        (None, "720p", (1280, 720)),
        (16 / 9, None, DEFAULT_SIZE),
        (16 / 9, "4k", DEFAULT_SIZE),
        (0, 720, (1280, 720)),
        (1e300, "720p", (1280, 720)),
        (-1, "x", DEFAULT_SIZE),
    ],
)
async def test_size(
    api: httpx.AsyncClient, fake: FakePictory, ratio: Any, resolution: Any, size: tuple[int, int]
) -> None:
    """A film has the project's shape, with the resolution as its shorter side."""
    fields = {"aspectRatioFractionValue": ratio, "videoResolution": resolution}
    film = await film_of(api, fake, project(**fields))

    assert size == (film.width, film.height)


async def test_each_line_has_its_time(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A scene of two lines is shown in two parts."""
    two = scene(1, "One. Two.", 9, lines=[line(1, "One.", 4), line(2, "Two.", 2.5)])

    assert [("One.", 4.0), ("Two.", 2.5), ("Three.", 3.0)] == await lines_of(
        api, fake, two, scene(2, "Three.", 3)
    )


@pytest.mark.parametrize("nothing", [None, [], [None], "none"])
async def test_sentence_serves_without_lines(
    api: httpx.AsyncClient, fake: FakePictory, nothing: Any
) -> None:
    """A scene without lines shows its sentence, for as long as it takes to read."""
    bare = scene(1, "Tea & milk make tea with milk.", 9, lines=nothing)

    assert [("Tea & milk make tea with milk.", 3.0)] == await lines_of(api, fake, bare)


async def test_sentence_serves_for_lines_without_words(
    api: httpx.AsyncClient, fake: FakePictory
) -> None:
    """Where no line has words, the scene shows its sentence for as long as its lines last."""
    nulls = {"text": None, "html": None}
    mute = [line(1, "", 4, **nulls), line(2, "", None, **nulls), line(3, "", 2.5, **nulls)]

    assert [("One.", 6.5)] == await lines_of(api, fake, scene(1, "One.", 3, lines=mute))


async def test_markup_serves_without_a_text(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A line whose text is null shows its HTML, without the tags."""
    html = "<p>Tea &amp; <strong>milk</strong>.</p><p>And<br/>sugar.</p>"
    bare = scene(1, "", 9, lines=[line(1, "", 4, text=None, html=html)])

    assert [("Tea & milk. And sugar.", 4.0)] == await lines_of(api, fake, bare)


@pytest.mark.parametrize("parts", [["One.", "Two."], [{"text": "One."}, None, {"text": "Two."}]])
async def test_parts_serve_without_a_sentence(
    api: httpx.AsyncClient, fake: FakePictory, parts: Any
) -> None:
    """A scene that has nothing but parts of a sentence shows them."""
    bare = scene(1, "", None, lines=None, sentence=None, subsentences=parts)

    assert [("One. Two.", 2.0)] == await lines_of(api, fake, bare)


async def test_scene_without_words(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A scene without words is a picture; a project without scenes is one, too."""
    mute = scene(1, "", None, lines=None, sentence=None, subsentences=None)

    assert [("", 3.0)] == await lines_of(api, fake, mute)
    assert [("", 3.0)] == await lines_of(api, fake)


async def test_times_of_frames(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A line without a time of its own lasts as long as the project says of its place."""
    scenes = [
        scene(1, "One.", None),
        scene(2, "Two.", 5),
        scene(3, "Three.", 0, lines=None),
        scene(4, "Four.", 0.01),
        scene(5, "Five.", "long"),
    ]
    film = await film_of(api, fake, project(scenes=scenes, timePerFrame=[4, 9, 6, None]))

    assert [4.0, 5.0, 6.0, 2.0, 2.0] == [each.seconds for each in film.scenes]


@pytest.mark.parametrize("path", ["/v1/video/from-template", "/v2/video/storyboard"])
async def test_scenes_before_and_after_others(
    api: httpx.AsyncClient, fake: FakePictory, path: str
) -> None:
    """Scenes are put before and after others, changed by their ids, and added at the end."""
    words = "text" if path.startswith("/v1") else "story"
    template = await template_of(api, project(scenes=project()["scenes"][:3]))
    changes = [
        {"insertBeforeSceneId": 1, words: "First of {{day}}."},
        {"insertBeforeSceneId": "1", words: "Second."},
        {"insertAfterSceneId": 2, words: "Fourth."},
        {"insertAfterSceneId": 2, words: "Fifth."},
        {"sceneId": 2, "subtitles": [{"text": "A tea house is loud."}]},
        {"sceneId": 3, "backgroundVisual": {"visualUrl": "https://example.com/x.mp4"}},
        {words: "The end."},
    ]
    body = {"templateId": template["templateId"], "variables": VALUES, "scenes": changes}
    answer = await api.post(path, json={"videoName": "x", **body} if words == "story" else body)
    assert 200 == answer.status_code, answer.text
    film = fake.jobs[answer.json()["data"]["jobId"]].film

    assert [
        ("First of Monday.", 2.0),
        ("Second.", 2.0),
        ("Welcome, Ada.", 3.0),
        ("A tea house is loud.", 2.0),
        ("Fourth.", 2.0),
        ("Fifth.", 2.0),
        ("The leaves come from the hills.", 5.0),
        ("The end.", 2.0),
    ] == [(each.text, each.seconds) for each in film.scenes]
    assert () == fake.stripped


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({"sceneId": 1, "story": "New. Words."}, ["New. Words."]),
        ({"sceneId": 1, "text": "New."}, ["New."]),
        ({"sceneId": 1, "caption": "Shown.", "story": "Said."}, ["Shown."]),
        (
            {"insertBeforeSceneId": 1, "story": "A. B.", "createSceneOnEndOfSentence": True},
            ["A.", "B.", "One."],
        ),
        ({"insertAfterSceneId": 1, "background": {"color": "#000000"}}, ["One.", ""]),
        ({"insertAfterSceneId": 1, "text": "As before."}, ["One.", "As before."]),
        ({"sceneId": 1}, ["One."]),
        ({"sceneId": 1, "subtitles": None, "text": None}, ["One."]),
        ({"sceneId": 1, "subtitles": []}, [""]),
        (
            {"insertBeforeSceneId": 1, "subtitles": [{"text": "A."}, {"text": None}]},
            ["A.", "", "One."],
        ),
    ],
)
async def test_changes_in_current_words(
    api: httpx.AsyncClient, fake: FakePictory, change: dict[str, Any], texts: list[str]
) -> None:
    """A scene beside `templateId` may say what any scene of a storyboard may say."""
    template = await template_of(api, project(scenes=[scene(1, "One.", 3)]))
    body = {"videoName": "x", "templateId": template["templateId"], "scenes": [change]}
    answer = await api.post("/v2/video/storyboard", json=body)
    assert 200 == answer.status_code, answer.text

    film = fake.jobs[answer.json()["data"]["jobId"]].film
    assert texts == [each.text for each in film.scenes]
    assert () == fake.stripped


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({"sceneId": 1, "text": None, "subtitles": None}, ["One."]),
        ({"insertAfterSceneId": 1, "sceneId": None, "text": "A. B."}, ["One.", "A. B."]),
        (
            {"insertBeforeSceneId": 1, "text": "A. B.", "splitTextOnPeriod": True},
            ["A.", "B.", "One."],
        ),
        ({"insertBeforeSceneId": 1, "voiceOver": False}, ["", "One."]),
        ({"insertBeforeSceneId": 1, "text": "A.", "minimumDuration": "9"}, ["A.", "One."]),
    ],
)
async def test_changes_in_older_words(
    api: httpx.AsyncClient, fake: FakePictory, change: dict[str, Any], texts: list[str]
) -> None:
    """A scene that is added to a template may say what any scene of a v1 storyboard may say."""
    film = await film_of(api, fake, project(scenes=[scene(1, "One.", 3)]), scenes=[change])

    assert texts == [each.text for each in film.scenes]
    assert ("minimumDuration" in change) is (film.scenes[0].seconds == 9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"insertBeforeSceneId": 1}, "scenes[0]"),
        ({"sceneId": 1, "story": "x", "blogUrl": "y"}, "scenes[0]"),
        ({"sceneId": 1, "subtitles": "x"}, "scenes[0].subtitles"),
        ({}, "scenes[0]"),
    ],
)
async def test_wrong_changes(api: httpx.AsyncClient, change: dict[str, Any], field: str) -> None:
    """A scene that is added beside `templateId` needs a source, and none may have two."""
    template = await template_of(api, project())
    body = {"videoName": "x", "templateId": template["templateId"], "scenes": [change]}
    answer = await api.post("/v2/video/storyboard", json=body)

    assert (400, [field]) == (
        answer.status_code,
        [each["name"] for each in answer.json()["fields"]],
    )


async def test_places_need_a_template(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Without a template the ids of its scenes are unknown fields."""
    body = {"videoName": "x", "scenes": [{"story": "One.", "insertBeforeSceneId": 1}]}
    await api.post("/v2/video/storyboard", json=body)

    assert ("scenes[0].insertBeforeSceneId",) == fake.stripped


@pytest.mark.parametrize("path", ["/v1/video/from-template", "/v2/video/storyboard"])
async def test_scene_that_is_not_there(
    api: httpx.AsyncClient, fake: FakePictory, path: str
) -> None:
    """What is to be done to a scene that the template does not have is dropped, and noted."""
    template = await template_of(api, project(scenes=[scene(1, "One.", 3)]))
    changes = [{"sceneId": 2, "text": "Two."}, {"insertAfterSceneId": "x", "text": "Three."}]
    body = {"videoName": "x", "templateId": template["templateId"], "scenes": changes}
    if path.startswith("/v1"):
        del body["videoName"]
    answer = await api.post(path, json=body)

    film = fake.jobs[answer.json()["data"]["jobId"]].film
    assert ["One."] == [each.text for each in film.scenes]
    assert ("scenes[0].sceneId", "scenes[1].insertAfterSceneId") == fake.stripped


async def test_two_scenes_of_one_id(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Ids that occur twice, or are missing, cost no scene."""
    scenes = [scene(1, "One.", 3), scene(1, "Two.", 3), scene(3, "Three.", 3, sceneId=None)]
    film = await film_of(api, fake, project(scenes=scenes), scenes=[{"sceneId": 1, "text": "1."}])

    assert ["1.", "Two.", "Three."] == [each.text for each in film.scenes]


async def test_updated_template_keeps_its_times(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """Scenes that are read, changed and written back keep the times of their lines."""
    template = await template_of(api, project())
    path = f"/v1/templates/{template['templateId']}"
    scenes = (await api.get(path)).json()["scenes"]
    scenes[9]["subtitles"][0]["text"] = "Farewell, {{friend}}."
    await api.put(path, json={"scenes": scenes})
    body = {"templateId": template["templateId"], "variables": {"friend": None, "day": 7}}
    job = (await api.post("/v1/video/from-template", json=body)).json()["data"]["jobId"]
    film = fake.jobs[job].film

    assert sum(SECONDS) == film.seconds
    assert ["We look forward to 7.", "Farewell, FRIEND."] == [e.text for e in film.scenes[8:]]
    assert (1280, 720) == (film.width, film.height)


async def test_export_as_a_project(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """A project of the account is rendered as it is, and serves as a template."""
    fake.add_project(project())
    rendered = (await api.post("/v2/projects/4711/render")).json()["data"]["jobId"]
    body = {"videoName": "x", "templateId": "4711", "variables": VALUES}
    filled = (await api.post("/v2/video/storyboard", json=body)).json()["data"]["jobId"]
    films = [fake.jobs[job].film for job in (rendered, filled)]

    assert [*SENTENCES] == [each.text for each in films[0].scenes]
    assert FILLED == [each.text for each in films[1].scenes]
    assert [[*map(float, SECONDS)]] * 2 == [[each.seconds for each in f.scenes] for f in films]
    assert ["A letter", "x"] == [film.title for film in films]
    assert [(1280, 720)] * 2 == [(film.width, film.height) for film in films]
    assert () == fake.stripped


async def test_size_of_the_request_wins(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """What a storyboard says of its size goes before what the template says."""
    template = await template_of(api, project())
    body = {"videoName": "x", "templateId": template["templateId"], "aspectRatio": "9:16"}
    job = (await api.post("/v2/video/storyboard", json=body)).json()["data"]["jobId"]
    film = fake.jobs[job].film

    assert (360, 640) == (film.width, film.height)


async def test_music_of_a_template(api: httpx.AsyncClient, fake: FakePictory) -> None:
    """The music of the project is in the renderParams of a video of it."""
    template = await template_of(api, project())
    body = {"templateId": template["templateId"]}
    job = (await api.post("/v1/video/from-template", json=body)).json()["data"]["jobId"]
    fake.advance(15)
    params = (await api.get(f"/v1/jobs/{job}")).json()["data"]["renderParams"]

    assert ("https://example.com/calm.mp3", 0.2) == (
        params["audio"]["src"],
        params["audio"]["track_volume"],
    )


@pytest.mark.parametrize(
    ("given", "speed"), [(200, 200), (None, 100), (0, 100), (1e999, 100), ("fast", 100)]
)
async def test_speed(api: httpx.AsyncClient, given: Any, speed: int) -> None:
    """The voice of a template has a speed that a voice can have."""
    audio = {**project()["audio"], "voiceOverTextSpeed": given}
    content = json.dumps(project(audio=audio)).replace("Infinity", "1e999")
    template = (await api.post("/v1/templates", content=content, headers=OCTETS)).json()

    assert speed == template["audio"]["aiVoice"]["speed"]


@pytest.mark.parametrize(
    ("percent", "volume"), [(0.3, 0.3), (30, 0.3), (0, 0.0), (None, 0.5), (-1, 0.5), (900, 0.5)]
)
async def test_volume(api: httpx.AsyncClient, percent: Any, volume: float) -> None:
    """The volume of the music is a share, also where the project has a percentage."""
    template = await template_of(api, project(bgMusicVolPercent=percent))

    assert volume == template["audio"]["musicVolume"]
