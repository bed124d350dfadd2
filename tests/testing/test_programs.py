"""Programs that nobody here wrote, replayed: the requests that they are known to send, in order.

First those of Pictory, generation by generation, then those of others, who wrote against what they
found that works. None of them knows that this is not the service.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory
from tests.helpers import PATIENCE, json_object
from tests.testing.exported import SECONDS, project
from tests.testing.programs import PAIR, USER, Program, fetch, put


VOICE = {"speaker": "Jackson", "speed": 100, "amplifyLevel": 0}
TEXT = "Tea is a leaf. It grows on hills.\nPeople drink it everywhere."
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def client(fake: FakePictory) -> Iterator[httpx.Client]:
    """Return the HTTP client of a program that has not identified itself yet."""
    with fake.serve() as url, httpx.Client(base_url=url, timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def official(client: httpx.Client, fake: FakePictory) -> Program:
    """Return a program of the first generation: a raw token, and the header with the user."""
    client.headers.update(USER)
    token = client.post("/v1/oauth2/token", json=PAIR).json()["access_token"]
    client.headers["Authorization"] = token
    return Program(client, fake)


@pytest.fixture
def current(client: httpx.Client, fake: FakePictory) -> Program:
    """Return a program of the current generation: a raw key, and the name of a browser."""
    client.headers.update({"Authorization": "pictai_key", "User-Agent": "Mozilla/5.0 (X11)"})
    return Program(client, fake, interval=30, looks=60)


@pytest.fixture
def other(client: httpx.Client, fake: FakePictory) -> Program:
    """Return a program of somebody else, who writes `Bearer` before the token."""
    answer = client.post("/v1/oauth2/token", json=PAIR).json()
    client.headers["Authorization"] = f"{answer['token_type']} {answer['access_token']}"
    return Program(client, fake)


def storyboard(*scenes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a storyboard as official programs of the first generation write it."""
    return {
        "videoName": "tea",
        "videoDescription": "What tea is",
        "language": "en",
        "audio": {"autoBackgroundMusic": "true", "aiVoiceOver": VOICE},
        "scenes": scenes,
        **fields,
    }


def split(**fields: Any) -> dict[str, Any]:
    """Return a scene as they write it."""
    flags = {"voiceOver": True, "splitTextOnNewLine": True, "splitTextOnPeriod": True}
    return {**flags, **fields}


THREE = ["Tea is a leaf.", "It grows on hills.", "People drink it everywhere."]


class TestFirstGeneration:
    def test_text_to_video(self, official: Program) -> None:
        """Preview, the five values of its renderParams by POST, and the file to share."""
        job = official.send("POST", "/v1/video/storyboard", storyboard(split(text=TEXT)))["jobId"]
        params = official.poll(job)["renderParams"]
        body = {key: params[key] for key in ("audio", "output", "scenes")}
        body |= {"next_generation_video": True, "containsTextToImage": True}
        render = official.send("POST", "/v1/video/render", body)["data"]["job_id"]
        video = official.poll(render)

        assert THREE == official.texts(render)
        assert {"video_volume", "tts", "audio_id", "audio_library", "src", "track_volume"} == set(
            params["audio"]
        )
        assert b"ftyp" == fetch(video["shareVideoURL"])[4:8]
        assert (render,) == official.fake.billed

    def test_text_to_video_with_styles_and_a_logo(self, official: Program) -> None:
        """All fields of the long sample: styles with two names of the font, flags at the top."""
        style = {
            "fontFamily": "Lato",
            "fontName": "Lato",
            "fontSize": 30,
            "fontStyle": "italic",
            "fontWeight": "bold",
            "textDecoration": "underline",
            "textColor": "rgb(255, 255, 255)",
            "textBackgroundColor": "rgba(0, 0, 0, 0.5)",
            "verticalAlignment": "bottom",
            "horizontalAlignment": "left",
        }
        logo = {
            "url": "https://example.com/logo.png",
            "verticalAlignment": "top",
            "horizontalAlignment": "right",
        }
        body = storyboard(
            {"text": TEXT, "subtitle": True, **style},
            brandLogo=logo,
            textStyles=style,
            autoHighlightKeywords=False,
            videoWidth=1920,
            videoHeight=1080,
            voiceOver=True,
            splitTextOnNewLine=True,
            splitTextOnPeriod=True,
            webhook="https://example.com/hook",
        )
        job = official.send("POST", "/v1/video/storyboard", body)["jobId"]
        data = official.poll(job)

        assert THREE == official.texts(job)
        assert 1920 == data["renderParams"]["output"]["width"]
        assert b"<!DOCTYPE html>" in fetch(data["preview"])

    def test_blog_to_video(self, official: Program) -> None:
        """An article by its address, and a PUT with `{}` for the render."""
        scene = split(article_url="https://example.com/tea")
        job = official.send("POST", "/v1/video/storyboard", storyboard(scene))["jobId"]
        official.poll(job)
        render = official.send("PUT", f"/v1/video/render/{job}", {})["data"]["job_id"]

        assert "completed" == official.poll(render)["status"]
        assert (render,) == official.fake.billed

    def test_visuals_from_a_search(self, official: Program) -> None:
        """A search for footage, whose preview is the background; params that are wrapped fail."""
        query = {"keyword": "tea", "category": "Nature/Landscapes"}
        found = official.send("GET", "/v1/media/search", params=query)["data"]["searchResults"]
        scene = split(
            text=TEXT,
            backgroundUri=found[0]["preview"]["url"],
            backgroundType=found[0]["mediaType"],
            loopBackgroundVideo=True,
            muteBackgroundVideo=True,
        )
        job = official.send("POST", "/v1/video/storyboard", storyboard(scene))["jobId"]
        params = official.poll(job)["renderParams"]
        wrong = official.send("POST", "/v1/video/render", {"renderParams": params})
        right = official.send("PUT", f"/v1/video/render/{job}", {})
        states = [official.poll(each["data"]["job_id"])["status"] for each in (wrong, right)]

        assert ["failed", "completed"] == states

    def test_changed_words(self, official: Program) -> None:
        """A filter for the footage, and a text that is changed in the renderParams."""
        scene = split(text=TEXT, backgroundVisualFilter={"category": "Technology"})
        job = official.send("POST", "/v1/video/storyboard", storyboard(scene))["jobId"]
        params = official.poll(job)["renderParams"]
        for number, part in enumerate(params["scenes"]):
            part["sub_scenes"][0]["text_lines"][0]["text"] = f"Part {number}"
            part["subtitles"][0]["text"] = f"Part {number}"
        render = official.send("POST", "/v1/video/render", params)["data"]["job_id"]

        assert ["Part 0", "Part 1", "Part 2"] == official.texts(render)

    def test_audio_to_video(self, official: Program) -> None:
        """An upload, whose type must be the one that was signed, and a narration of one's own."""
        body = {"fileName": "talk.mp3", "contentType": "audio/mp3"}
        place = official.send("POST", "/v1/media/generateUrl", body)["data"]
        refused = put(place["signedUrl"], b"ID3", "video/mp4")
        taken = put(place["signedUrl"], b"ID3", "audio/mp3")
        asked = {"fileUrl": place["url"], "mediaType": "video", "language": "en-US"}
        heard = official.send("POST", "/v2/transcription", asked)["data"]["jobId"]
        transcript = official.poll(heard)["transcript"]
        audio = {
            "voiceOverUri": place["url"],
            "autoSyncVoiceOver": True,
            "autoBackgroundMusic": True,
        }
        scene = {"text": words_of(transcript), "voiceOver": True, "splitTextOnPeriod": True}
        board = storyboard(scene, audio=audio)
        job = official.send("POST", "/v1/video/storyboard", board)["jobId"]
        official.poll(job)
        render = official.send("PUT", f"/v1/video/render/{job}", {})["data"]["job_id"]

        # The documentation says that the storage minds; one program counts on the opposite.
        assert [403, 200] == [refused.status_code, taken.status_code]
        assert len(transcript) == len(official.texts(render))

    def test_audio_to_video_with_footage(self, official: Program) -> None:
        """`"webhook": null`, a scene for each sentence with its seconds, and sizes as numbers."""
        url = official.upload("talk.mp3", b"ID3", "audio/mp3")
        asked = {"fileUrl": url, "mediaType": "video", "language": "en-US", "webhook": None}
        heard = official.send("POST", "/v2/transcription", asked)["data"]["jobId"]
        transcript = official.poll(heard)["transcript"]
        spans = [
            (item["words"][0]["start_time"], item["words"][-1]["end_time"]) for item in transcript
        ]
        scenes = [
            {
                "text": words_of([item]),
                "voiceOver": False,
                "splitTextOnNewLine": False,
                "splitTextOnPeriod": False,
                "minimumDuration": round(end - start, 3) + 10,
            }
            for item, (start, end) in zip(transcript, spans, strict=True)
        ]
        audio = {
            "voiceOverUri": url,
            "voiceOverSegments": [{"start": start, "end": end} for start, end in spans],
            "autoBackgroundMusic": "true",
        }
        board = storyboard(
            *scenes, audio=audio, videoWidth=1920, videoHeight=1080, webhook=None, brandLogo=None
        )
        job = official.send("POST", "/v1/video/storyboard", board)["jobId"]
        official.poll(job)
        render = official.send("PUT", f"/v1/video/render/{job}", {})["data"]["job_id"]
        video = official.poll(render)

        seconds = sum(end - start + 10 for start, end in spans)
        assert seconds == pytest.approx(video["videoDuration"])
        assert {0, 1} == {item["speakerId"] for item in transcript}

    def test_video_highlights(self, official: Program) -> None:
        """Transcript, highlights, a scene for each run of marked words, the render by POST."""
        url = official.upload("talk.mp4", b"ftyp", "video/mp4")
        asked: dict[str, Any] = {"fileUrl": url, "mediaType": "video", "language": "en-US"}
        heard = official.send("POST", "/v2/transcription", asked)["data"]["jobId"]
        transcript = official.poll(heard)["transcript"]
        asked = {"transcript": transcript, "highlight_duration": 6, "webhook": None}
        chosen = official.send("POST", "/v2/transcription/highlights", asked)["data"]["jobId"]
        marked = [
            [word for word in item["words"] if word.get("highlight")]
            for item in official.poll(chosen)["transcript"]
        ]
        scenes = [
            {
                "text": " ".join(word["word"] for word in words),
                "backgroundUri": url,
                "backgroundType": "video",
                "backgroundVideoSegments": [
                    {"start": words[0]["start_time"], "end": words[-1]["end_time"]}
                ],
                "splitTextOnNewLine": False,
                "splitTextOnPeriod": False,
            }
            for words in marked
            if words
        ]
        job = official.send("POST", "/v1/video/storyboard", storyboard(*scenes))["jobId"]
        params = official.poll(job)["renderParams"]
        render = official.send("POST", "/v1/video/render", params)["data"]["job_id"]

        assert "Welcome to the tea house." == official.texts(render)[0]
        assert 0 < len(scenes) < len(transcript)
        assert b"ftyp" == fetch(official.poll(render)["shareVideoURL"])[4:8]

    def test_editing_by_text(self, official: Program) -> None:
        """The editor for a recording: an upload, and looks until the editor's address comes."""
        url = official.upload("talk.mp4", b"ftyp", "video/mp4")
        asked = {"fileUrl": url, "mediaType": "video", "language": "en-US"}
        heard = official.send("POST", "/v2/transcription", asked)["data"]["jobId"]
        data = official.poll(heard, lambda answer: "editVideoUrl" in answer.json()["data"])

        assert data["editVideoUrl"].startswith("http://127.0.0.1")
        assert {"txt", "srt", "vtt", "mediaInfo"} < set(data)

    def test_preview_editor(self, official: Program) -> None:
        """A page that shows a preview and renders what its user made of it."""
        job = official.send("POST", "/v1/video/storyboard", storyboard(split(text=TEXT)))["jobId"]
        params = official.poll(job)["renderParams"]
        params["scenes"][0]["sub_scenes"][0]["font"] |= {"size": 48, "case": None}
        params["scenes"].append(params["scenes"].pop(0))
        params["audio"]["track_volume"] = 0.5
        params["output"]["title"] = "Tea"
        render = official.send("POST", "/v1/video/render", params)["data"]["job_id"]

        assert [*THREE[1:], THREE[0]] == official.texts(render)

    def test_bulk(self, official: Program) -> None:
        """A project becomes a template, and each row of a table a video of it."""
        content = json.dumps(project()).encode()
        template = official.send("POST", "/v1/templates", content=content, headers=OCTETS)
        assert "CUSTOMER_NAME" == template["variables"]["customer_name"]
        first, last = [template["scenes"][place]["sceneId"] for place in (0, -1)]
        scenes = [
            {"insertBeforeSceneId": first, **split(text="Listen. Please.")},
            {"insertAfterSceneId": last, **split(text="See you."), "textColor": None},
        ]
        films = list[list[str]]()
        for name in ("Ada", "Grace"):
            body = {
                "templateId": template["templateId"],
                "variables": {"customer_name": name, "day": "Monday"},
                "scenes": scenes,
            }
            asked = official.send("POST", "/v1/video/from-template", body)
            job = asked["data"]["jobId"]
            params = official.poll(job)["renderParams"]
            render = official.send("PUT", f"/v1/video/render/{job}", params)["data"]["job_id"]
            video = official.poll(render)
            films.append(official.texts(render))
            srt = fetch(video["srtFile"]).decode()
            assert f"Welcome, {name}." in srt
            assert sum(SECONDS) + 6 == video["videoDuration"]

        assert ["Listen.", "Please.", "Welcome, Ada."] == films[0][:3]
        assert ["Goodbye.", "See you."] == films[1][-2:]
        assert 2 == len(official.fake.billed)
        assert () == official.fake.stripped

    def test_templates_are_kept(self, official: Program) -> None:
        """Templates are listed, read, written back, and deleted."""
        content = json.dumps(project()).encode()
        made = official.send("POST", "/v1/templates", content=content, headers=OCTETS)
        path = f"/v1/templates/{made['templateId']}"
        (listed,) = official.send("GET", "/v1/templates")["items"]
        template = official.send("GET", path)
        put_back = official.send("PUT", path, {"scenes": template["scenes"]})
        gone = official.send("DELETE", path)

        assert listed["templateId"] == template["templateId"]
        assert template.get("depricated", template.get("deprecated")) is False
        assert [True, True] == [put_back["success"], gone["success"]]


def words_of(transcript: list[dict[str, Any]]) -> str:
    """Return what was said, without the pauses."""
    words = [word for item in transcript for word in item["words"] if not word.get("is_pause")]
    return " ".join(word["word"] for word in words)


def unwrapped(answer: Any) -> Any:
    """Find the list in an answer as the official script does."""
    found: Any = answer
    while inner := json_object(found):
        names = ("data", "items", "searchResults", "tracks")
        found = next(inner[name] for name in names if name in inner)
    return found


class TestCurrentGeneration:
    def test_text_to_video(self, client: httpx.Client, fake: FakePictory) -> None:
        """The example that sends a description, with a raw token and without the user's header."""
        token = client.post("/v1/oauth2/token", json=PAIR).json()["access_token"]
        client.headers["Authorization"] = token
        program = Program(client, fake)
        body = {
            "videoName": "tea",
            "videoDescription": "What tea is",
            "language": "en",
            "subtitleStyle": {"fontFamily": "Lato", "fontSize": 40, "animations": None},
            "voiceOver": {"enabled": True, "aiVoices": [{"speaker": "Jackson", "speed": 100}]},
            "backgroundMusic": {"enabled": True, "autoMusic": True, "volume": 0.3},
            "scenes": [{"story": TEXT, "createSceneOnEndOfSentence": True}],
        }
        job = program.send("POST", "/v2/video/storyboard/render", body)["data"]["jobId"]
        video = program.poll(job)

        assert b"ftyp" == fetch(video["videoURL"])[4:8]
        assert (job,) == fake.billed
        assert () == fake.stripped

    def test_script_with_a_key(self, current: Program) -> None:
        """The script of the skill: lists of many shapes, a preview, its render, and their ends."""
        rows = list[int]()
        for method, path, asked in (
            ("GET", "/v1/voiceovers/tracks", None),
            ("GET", "/v1/brands/video", None),
            ("GET", "/v1/styles", None),
            ("GET", "/v1/smartlayouts", None),
            ("GET", "/v1/templates", None),
            ("GET", "/v1/media/search?keyword=tea", None),
            ("POST", "/v1/music/search", {"page": 1, "pageSize": 20, "query": None}),
        ):
            rows.append(len(unwrapped(current.send(method, path, asked))))
        quota = current.send("GET", "/v1/quota")
        board = {"videoName": "tea", "scenes": [{"story": TEXT, "createSceneOnNewLine": True}]}
        job = current.send("POST", "/v2/video/storyboard", board)["data"]["jobId"]
        preview = current.poll(job, ended)
        render = current.send("PUT", f"/v2/video/render/{job}", {})["data"]["jobId"]
        video = current.poll(render, ended)

        assert [3, 2, 2, 2, 0, 10, 20] == rows
        assert {"used", "limit"} <= set(quota["videoMinutes"])
        assert preview["previewUrl"].startswith("http")
        assert ["videoShareURL", "videoURL"] == sorted(key for key in video if "URL" in key)[1:]

    def test_script_meets_errors(self, current: Program) -> None:
        """What the script tells of: wrong fields, a wrong key, a failed and an unknown job."""
        wrong = current.client.post("/v2/video/storyboard", json={"videoName": "tea"})
        denied = current.client.get("/v1/quota", headers={"Authorization": "Bearer pictai_key"})
        robot = current.client.get("/v1/quota", headers={"User-Agent": "Python-urllib/3.12"})
        current.fake.fail_next("INSUFFICIENT_CREDITS", "No credits are left.")
        board = {"videoName": "tea", "scenes": [{"story": TEXT}]}
        job = current.send("POST", "/v2/video/storyboard/render", board)["data"]["jobId"]
        failed = current.poll(job, ended)
        unknown = current.client.get("/v1/jobs/1b4e28ba-2fa1-11d2-883f-0016d3cca427").json()

        assert (400, "INVALID_REQUEST_BODY") == (wrong.status_code, wrong.json()["code"])
        assert (401, {"message": "Unauthorized"}) == (denied.status_code, denied.json())
        assert (403, True) == (robot.status_code, "1010" in robot.text)
        assert ("failed", "INSUFFICIENT_CREDITS") == (failed["status"], failed["error_code"])
        assert (False, "5000") == (unknown["success"], unknown["data"]["error_code"])

    def test_workflow_without_code(self, current: Program) -> None:
        """The workflows of two services: a look every thirty seconds, by the word of the status."""
        board = {
            "videoName": "tea",
            "webhook": None,
            "scenes": [{"story": TEXT, "caption": None, "background": None}],
        }
        job = current.send("POST", "/v2/video/storyboard/render", board)["data"]["jobId"]
        seen = list[str]()

        def branch(answer: httpx.Response) -> bool:
            seen.append(answer.json()["data"]["status"])
            return seen[-1] in {"completed", "failed"}

        video = current.poll(job, branch)

        assert ["in-progress", "in-progress", "completed"] == seen
        assert 100 == video["progress"]

    @pytest.mark.parametrize(
        "recording",
        [
            {"url": "https://example.com/talk.mp3", "language": "en"},
            {"url": "https://example.com/talk.mp4", "videoToVideo": True},
            {"scenes": [{"videoUrl": "https://example.com/talk.mp4", "audioLanguage": "en-US"}]},
        ],
    )
    def test_recordings(self, current: Program, recording: dict[str, Any]) -> None:
        """The guides to podcasts and highlights: the recording at the top, or in a scene."""
        body = {"videoName": "talk", **recording}
        job = current.send("POST", "/v2/video/storyboard", body)["data"]["jobId"]
        current.poll(job, ended)
        render = current.send("PUT", f"/v2/video/render/{job}", {})["data"]["jobId"]

        assert "https://example.com/talk.mp" == current.texts(render)[0][:-1]
        assert () == current.fake.stripped

    def test_captions(self, current: Program) -> None:
        """The guide to captions in another language than the story's."""
        scene = {
            "story": "Tea is a leaf.",
            "caption": "Tee ist ein Blatt.",
            "captionLanguage": "de",
        }
        body = {"videoName": "tea", "language": "en", "scenes": [scene]}
        job = current.send("POST", "/v2/video/storyboard/render", body)["data"]["jobId"]

        assert ["Tee ist ein Blatt."] == current.texts(job)
        assert () == current.fake.stripped

    def test_video_of_a_project(self, current: Program) -> None:
        """The guide to templates: a project's id for a template, with scenes between its own."""
        board = {
            "videoName": "tea",
            "saveProject": True,
            "scenes": [{"story": "Hello, {{name}}."}, {"story": "Goodbye."}],
        }
        job = current.send("POST", "/v2/video/storyboard", board)["data"]["jobId"]
        saved = current.poll(job, ended)["projectId"]
        ids = [each["sceneId"] for each in current.send("GET", f"/v2/projects/{saved}")["scenes"]]
        body = {
            "videoName": "tea for Ada",
            "templateId": saved,
            "variables": {"name": "Ada"},
            "scenes": [
                {"insertAfterSceneId": ids[0], "story": "It is late."},
                {"sceneId": ids[1], "subtitles": [{"text": "Farewell."}]},
            ],
        }
        render = current.send("POST", "/v2/video/storyboard/render", body)["data"]["jobId"]

        assert ["Hello, Ada.", "It is late.", "Farewell."] == current.texts(render)
        assert () == current.fake.stripped

    def test_own_transcript_and_highlights(self, current: Program) -> None:
        """A transcript of one's own, and highlights of the finished job by its id."""
        word = {"word": "Tea.", "start_time": 0, "end_time": 1, "speakerId": 0, "sentence_index": 0}
        sentence = {"uid": "1", "speakerId": 0, "words": [{"uid": "2", **word}]}
        asked = {"fileUrl": "https://example.com/a.mp4", "transcript": [sentence], "webhook": None}
        heard = current.send("POST", "/v2/transcription", asked)["data"]["jobId"]
        current.poll(heard, ended)
        path = f"/v2/transcription/{heard}/highlights"
        chosen = current.send("POST", path, {"highlight_duration": 5, "language": "en"})
        marked = current.poll(chosen["data"]["jobId"], ended)["transcript"]

        assert marked[0]["words"][0]["highlight"]

    def test_elements_of_a_preview(self, current: Program) -> None:
        """The guide to previews: change an element, and render what is shown."""
        board = {"videoName": "tea", "scenes": [{"story": "Tea is a leaf."}]}
        job = current.send("POST", "/v2/video/storyboard", board)["data"]["jobId"]
        elements = current.poll(job, ended)["renderParams"]["elements"]
        changed = [
            {**each, "text": "<strong>Tea</strong>!"}
            for each in elements
            if each["elementType"] == "SceneText"
        ]
        answer = current.client.put(f"/v2/video/storyboard/{job}/elements", json=changed)
        hook = {"webhook": "https://example.com/hook"}
        render = current.send("PUT", f"/v2/video/render/{job}", hook)["data"]["jobId"]

        assert (204, b"") == (answer.status_code, answer.content)
        assert ["Tea!"] == current.texts(render)


def ended(answer: httpx.Response) -> bool:
    """Say what the official script asks of each answer about a job."""
    body = answer.json()
    return body["success"] is False or body["data"]["status"] in {"completed", "failed"}


def has_no_status(answer: httpx.Response) -> bool:
    """Take a success without a status for the end, as one program does."""
    body = answer.json()
    return bool(body["success"] and "status" not in body["data"])


def has_params(answer: httpx.Response) -> bool:
    """Take renderParams for the end, as two programs do."""
    return "renderParams" in answer.json()["data"]


def is_not_running(answer: httpx.Response) -> bool:
    """Take a success in any other state for the end, as one program does."""
    body = answer.json()
    return bool(body["success"] and body["data"].get("status") != "in-progress")


class TestOthers:
    @pytest.mark.parametrize("over", [has_no_status, has_params, is_not_running])
    def test_bearers(self, other: Program, over: Callable[[httpx.Response], bool]) -> None:
        """`Bearer` before the token, numbers as strings, and three ideas of when a job is done."""
        audio = {
            "autoBackgroundMusic": True,
            "backGroundMusicVolume": "0.2",
            "aiVoiceOvers": [{"speaker": "Jackson", "speed": "100", "amplifyLevel": "0"}],
        }
        body = storyboard(split(text=TEXT), audio=audio, videoWidth="1920", videoHeight="1080")
        submitted = other.send("POST", "/v1/video/storyboard", body)
        job = submitted["data"]["job_id"]
        data = other.poll(job, over)
        hook = {"webhook": "https://example.com/hook"}
        render = other.send("PUT", f"/v1/video/render/{job}", hook)["data"]["job_id"]
        video = other.poll(render)

        assert submitted["jobId"] == job
        assert 0.2 == data["renderParams"]["audio"]["track_volume"]
        assert video["videoURL"] == video["shareVideoURL"]
        assert (render,) == other.fake.billed

    def test_voice_without_a_speed(self, other: Program) -> None:
        """One leaves the speed out, and cuts its description to a hundred characters."""
        long = "What tea is, and how it is made. " * 5
        audio = {"aiVoiceOver": {"speaker": "Jackson"}, "backGroundMusicUri": None}
        body = storyboard(split(text=TEXT), audio=audio, videoDescription=long[:100])
        job = other.send("POST", "/v1/video/storyboard", body)["jobId"]
        whole = other.client.post("/v1/video/storyboard", json={**body, "videoDescription": long})

        assert THREE == other.texts(job)
        assert 400 == whole.status_code

    def test_unknown_job(self, other: Program) -> None:
        """One reads the words for a job that nobody knows."""
        answer = other.client.get("/v1/jobs/1b4e28ba-2fa1-11d2-883f-0016d3cca427").json()

        assert (False, "JOB_NOT_FOUND") == (answer["success"], answer["data"]["error_message"])

    def test_failure(self, other: Program) -> None:
        """One asks whether a job `Failed`, in whatever case."""
        other.fake.fail_next()
        job = other.send("POST", "/v1/video/storyboard", storyboard(split(text=TEXT)))["jobId"]
        data = other.poll(job)

        assert "failed" == data["status"].lower()
        assert data["error_message"]

    def test_token_that_runs_out(self, other: Program) -> None:
        """A 401 in the middle means a new token, and nothing is submitted again."""
        job = other.send("POST", "/v1/video/storyboard", storyboard(split(text=TEXT)))["jobId"]
        other.fake.expire_tokens()
        denied = other.client.get(f"/v1/jobs/{job}").status_code
        token = other.client.post("/v1/oauth2/token", json=PAIR).json()["access_token"]
        other.client.headers["Authorization"] = f"Bearer {token}"

        assert 401 == denied
        assert "renderParams" in other.poll(job)

    def test_everything_optional_is_null(self, other: Program) -> None:
        """A program that fills a form sends what its user left out as null."""
        names = ("videoDescription", "language", "webhook", "brandLogo", "textStyles", "videoWidth")
        nulls = dict.fromkeys((*names, "videoHeight", "voiceOver", "autoHighlightKeywords"))
        voice = {"speaker": "Jackson", "speed": None, "amplifyLevel": None}
        audio = {"aiVoiceOver": voice, "aiVoiceOvers": None, "voiceOverSegments": None}
        scene = {"text": TEXT, **dict.fromkeys(("caption", "backgroundUri", "minimumDuration"))}
        body = storyboard(scene, audio=audio) | nulls
        job = other.send("POST", "/v1/video/storyboard", body)["jobId"]
        other.poll(job)
        render = other.send("PUT", f"/v1/video/render/{job}", {"webhook": None})["data"]["job_id"]

        assert 1 == len(other.texts(render))
