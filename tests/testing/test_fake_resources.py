"""Tests of what keeps state beside storyboards: templates, projects, media, lists."""

import json
from typing import Any

import httpx
import pytest

from pictory_async.testing import FakePictory


pytestmark = pytest.mark.anyio

OCTETS = {"Content-Type": "application/octet-stream"}
SCENES: Any = [{"sceneId": "a", "subtitles": [{"text": "Hello, {{ Name }}."}]}, {"text": "Bye."}]
MEDIA = {"fileUrl": "https://example.com/a.mp4"}


async def template_of(api: httpx.AsyncClient, project: Any) -> dict[str, Any]:
    """Upload a project."""
    content = json.dumps(project).encode()
    template: dict[str, Any] = (
        await api.post("/v1/templates", content=content, headers=OCTETS)
    ).json()
    return template


async def place_of(api: httpx.AsyncClient, name: str = "a.mp4", kind: str = "video/mp4") -> Any:
    """Ask where to put a file."""
    body = {"fileName": name, "contentType": kind}
    return (await api.post("/v1/media/generateurl", json=body)).json()["data"]


class TestTemplates:
    async def test_created(self, api: httpx.AsyncClient) -> None:
        """A project becomes a template whose variables are by default their names in capitals."""
        template = await template_of(api, {"name": "n", "scenes": SCENES})

        assert ("n", {"Name": "NAME"}) == (template["name"], template["variables"])
        assert ["a", True] == [
            template["scenes"][0]["sceneId"],
            bool(template["scenes"][1]["sceneId"]),
        ]

    @pytest.mark.parametrize(
        ("content", "headers", "status"),
        [(b"x", OCTETS, 400), (b"[]", OCTETS, 400), (b"{}", {"Content-Type": "text/plain"}, 415)],
    )
    async def test_not_created(
        self, api: httpx.AsyncClient, content: bytes, headers: dict[str, str], status: int
    ) -> None:
        """Bytes that are no project, or are not sent as bytes, are refused."""
        answer = await api.post("/v1/templates", content=content, headers=headers)

        assert status == answer.status_code

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"sceneId": "a", "subtitles": [{"text": "New."}]}, ["New.", "Bye."]),
            ({"insertBeforeSceneId": "a", "text": "Hi."}, ["Hi.", "Hello, Ada.", "Bye."]),
            ({"insertAfterSceneId": "a", "text": "So."}, ["Hello, Ada.", "So.", "Bye."]),
            ({"sceneId": "nobody"}, ["Hello, Ada.", "Bye."]),
            ({"insertAfterSceneId": "nobody"}, ["Hello, Ada.", "Bye."]),
        ],
    )
    async def test_changes(
        self, api: httpx.AsyncClient, fake: FakePictory, change: Any, expected: list[str]
    ) -> None:
        """Scenes are changed, and put before and after others, by their ids."""
        template = await template_of(api, {"scenes": SCENES})
        body = {"templateId": template["templateId"], "variables": {"Name": "Ada"}}
        answer = await api.post("/v1/video/from-template", json={**body, "scenes": [change]})

        job = fake.jobs[answer.json()["data"]["jobId"]]
        assert expected == [scene.text for scene in job.film.scenes]

    async def test_foreign_ones_are_not_listed(
        self, api: httpx.AsyncClient, fake: FakePictory
    ) -> None:
        """The list has one's own."""
        template = await template_of(api, {"scenes": SCENES})
        fake.give_away(template["templateId"])

        assert {"items": []} == (await api.get("/v1/templates")).json()


class TestUploads:
    async def test_refusals(
        self, api: httpx.AsyncClient, web: httpx.AsyncClient, fake: FakePictory
    ) -> None:
        """The storage is as strict as S3."""
        url = (await place_of(api))["signedUrl"]
        right = {"Content-Type": "video/mp4"}

        async def chunks() -> Any:
            yield b"x"

        async def put(to: str, **arguments: Any) -> tuple[int, bool]:
            answer = await web.put(to, **arguments)
            return answer.status_code, "SignatureDoesNotMatch" in answer.text

        assert (403, True) == await put(url, content=b"x", headers={"Content-Type": "video/x"})
        assert (403, True) == await put(url[:-1], content=b"x", headers=right)
        assert (403, True) == await put(url.replace(".mp4", ".mov"), content=b"x", headers=right)
        assert (501, False) == await put(url, content=chunks(), headers=right)
        assert (400, False) == await put(url, content=b"x", headers={**right, "Authorization": "x"})
        request = web.build_request("PUT", url, content=b"x", headers=right)
        del request.headers["Content-Length"]
        assert 411 == (await web.send(request)).status_code
        fake.advance(86_401)
        assert (403, False) == await put(url, content=b"x", headers=right)
        assert 1 == len(fake.leaks)

    async def test_replaces(self, api: httpx.AsyncClient, web: httpx.AsyncClient) -> None:
        """Before it arrives a file is not there; a second one replaces the first."""
        place, right = await place_of(api), {"Content-Type": "video/mp4"}
        assert 404 == (await web.get(place["url"])).status_code
        for content in (b"one", b"two"):
            await web.put(place["signedUrl"], content=content, headers=right)
            assert content == (await web.get(place["url"])).content
        part = await web.get(place["url"], headers={"Range": "bytes=1-"})

        assert (206, b"wo") == (part.status_code, part.content)
        assert "?" not in place["url"]

    async def test_name_without_suffix(self, api: httpx.AsyncClient) -> None:
        """A name without a suffix gets one."""
        assert (await place_of(api, "film"))["url"].endswith(".bin")

    async def test_search_needs_a_keyword(self, api: httpx.AsyncClient) -> None:
        """A search for nothing is refused."""
        assert 400 == (await api.get("/v1/media/search")).status_code


class TestTranscription:
    async def test_result(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """Two speakers take turns, each word has its time, and pauses lie between them."""
        fake.say("Tea time. Now.")
        job = (await api.post("/v2/transcription", json=MEDIA)).json()["data"]["jobId"]
        fake.advance(20)
        data = (await api.get(f"/v1/jobs/{job}")).json()["data"]
        first, second = data["transcript"]

        assert ("completed", 0, 1) == (data["status"], first["speakerId"], second["speakerId"])
        assert {0} == {word["speakerId"] for word in first["words"]}
        assert ["Tea", "time.", ""] == [word["word"] for word in first["words"]]
        assert [0.0, 0.4, 0.8] == [word["start_time"] for word in first["words"]]
        assert (True, "small") == (first["words"][2]["is_pause"], first["words"][2]["pause_size"])
        assert "1\n00:00:00,000 --> 00:00:01,100\nTea time.\n" == data["srt"][:42]
        assert data["vtt"].startswith("WEBVTT\n\n1\n00:00:00.000")
        assert "Tea time. Now." == data["txt"]

    async def test_nulls(self, api: httpx.AsyncClient) -> None:
        """A program sends `"webhook": null`, and means none."""
        body = {**MEDIA, "webhook": None, "transcript": None, "language": None}
        answers = [
            await api.post("/v2/transcription", json=body),
            await api.post("/v2/transcription", json={"fileUrl": None}),
        ]

        assert [200, 400] == [each.status_code for each in answers]

    async def test_default_speech(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """There is always something to hear."""
        job = (await api.post("/v1/transcription", json=MEDIA)).json()["data"]["jobId"]
        fake.advance(20)
        data = (await api.get(f"/v1/jobs/{job}")).json()["data"]

        assert "status" not in data
        assert 6 == len(data["transcript"])

    async def test_texts_as_transcript(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """Items of the other documented shape are marked as a whole."""
        items = [{"text": "One.", "start": 0, "end": 2}, {"text": "Two.", "start": 2, "end": 9}]
        body = {"transcript": items, "highlight_duration": 3}
        answer = await api.post("/v2/transcription/highlights", json=body)
        fake.advance(20)
        job = answer.json()["data"]["jobId"]
        found = (await api.get(f"/v1/jobs/{job}")).json()["data"]["transcript"]

        assert [True, None] == [item.get("highlight") for item in found]

    async def test_highlights_of_no_transcription(
        self, api: httpx.AsyncClient, fake: FakePictory
    ) -> None:
        """Highlights need a finished transcription that exists."""
        job = (await api.post("/v2/transcription", json=MEDIA)).json()["data"]["jobId"]
        body = {"highlight_duration": 5}
        statuses = list[int]()
        for job_id in (job, "nobody"):
            answer = await api.post(f"/v2/transcription/{job_id}/highlights", json=body)
            statuses.append(answer.status_code)
        fake.advance(20)
        answer = await api.post(f"/v2/transcription/{job}/highlights", json=body)

        assert [400, 404, 200] == [*statuses, answer.status_code]

    async def test_text_of_a_transcript(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """A transcript of one's own is given back with what can be read in it."""
        own = [{"text": "One."}, {"words": [{"word": "Two", "end_time": "x"}]}, {}]
        body = {**MEDIA, "transcript": own}
        job = (await api.post("/v2/transcription", json=body)).json()["data"]["jobId"]
        fake.advance(20)

        assert "One. Two " == (await api.get(f"/v1/jobs/{job}")).json()["data"]["txt"]


class TestJobs:
    async def test_list(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """Jobs are listed in pages, the newest first, and cleaned when they are done."""
        small = FakePictory(page_size=1, clock=lambda: 0.0)
        async with httpx.AsyncClient(
            transport=small.transport(), base_url=small.base_url, headers=api.headers
        ) as client:
            for _ in range(2):
                await client.post("/v2/transcription", json=MEDIA)
            first = (await client.get("/v1/jobs")).json()
            key = {"nextPageKey": first["nextPageKey"]}
            second = (await client.get("/v1/jobs", params=key)).json()
            wrong = await client.get("/v1/jobs", params={"nextPageKey": "x"})

        found = [page["items"][0]["data"]["jobId"] for page in (first, second)]
        assert [*small.jobs][::-1] == found
        assert (None, 400) == (second["nextPageKey"], wrong.status_code)
        assert 200 == (await api.delete("/v1/jobs/nobody/clean")).status_code
        assert {} == fake.jobs


class TestLists:
    async def test_music(self, api: httpx.AsyncClient) -> None:
        """What is not wanted is not found."""
        body = {"notMood": ["Calm"], "mood": ["Calm", "Happy"], "pageSize": 100}
        found = (await api.post("/v1/music/search", json=body)).json()["items"]

        assert found
        assert {"Happy"} == {mood for track in found for mood in track["moods"]}

    async def test_voice_of_another_engine(self, api: httpx.AsyncClient) -> None:
        """An engine belongs to its service."""
        body = dict.fromkeys(("name", "language", "voiceId"), "x")
        answer = await api.post(
            "/v1/voiceovers/tracks", json={**body, "service": "aws", "engine": "WaveNet"}
        )

        assert (400, "engine") == (answer.status_code, answer.json()["fields"][0]["name"])

    @pytest.mark.parametrize("query", ["year=2026", "month=13", "month=x", "year=x&month=1"])
    async def test_ledger(self, api: httpx.AsyncClient, query: str) -> None:
        """A month must be named as a whole."""
        assert 400 == (await api.get(f"/v1/aicredits/usage?{query}")).status_code

    async def test_projects(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """What an update of a project loses is noted; a project of older schemas has a number."""
        fake.add_project({"project_id": 7, "projectName": "x", "scenes": []})
        await api.put("/v2/projects/7", json={"project_id": 7, "scenes": []})
        (listed,) = (await api.get("/v2/projects")).json()["items"]
        job = (await api.post("/v2/projects/7/render")).json()["data"]["jobId"]

        assert ("project.projectName",) == fake.stripped
        assert (7, False) == (listed["id"], "schemaVersion" in listed)
        assert 1 == len(fake.jobs[job].film.scenes)

    async def test_elements(self, api: httpx.AsyncClient, fake: FakePictory) -> None:
        """Only what exists can be changed, and only in a finished preview."""
        body = {"videoName": "x", "scenes": [{"story": "Hello."}]}
        job = (await api.post("/v2/video/storyboard", json=body)).json()["data"]["jobId"]
        element = {"id": "x", "elementType": "SceneText", "type": "text"}
        change = [{**element, "startTime": 0, "duration": 1}]
        early = await api.put(f"/v2/video/storyboard/{job}/elements", json=change)
        fake.advance(20)
        unknown = await api.put(f"/v2/video/storyboard/{job}/elements", json=change)
        wrong = await api.put(f"/v2/video/storyboard/{job}/elements", json={})

        assert [400, 400, 400] == [each.status_code for each in (early, unknown, wrong)]
        assert "no element x" in unknown.text

    async def test_vimeo_pages(self, api: httpx.AsyncClient) -> None:
        """Connections come in pages, the last of which lacks the key; names have rules."""
        small = FakePictory(page_size=1)
        body = {"name": "a", "enabled": True}
        body |= dict.fromkeys(("clientIdentifier", "clientSecret", "accessToken"), "hush")
        async with httpx.AsyncClient(
            transport=small.transport(), base_url=small.base_url, headers=api.headers
        ) as client:
            for name in ("a", "b"):
                made = await client.post("/v1/vimeo-connections", json={**body, "name": name})
            wrong = await client.post("/v1/vimeo-connections", json={**body, "name": "a/b"})
            first = (await client.get("/v1/vimeo-connections")).json()
            key = {"nextPageKey": first["nextPageKey"]}
            second = (await client.get("/v1/vimeo-connections", params=key)).json()

        assert "hush" not in made.text
        assert 400 == wrong.status_code
        assert (["a"], ["b"]) == tuple(
            [item["name"] for item in page["Items"]] for page in (first, second)
        )
        assert "nextPageKey" not in second
