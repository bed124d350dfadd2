"""A project as the web application exports it, a `.pictai` file: all its fields, and many nulls."""

import json
from typing import Any


SENTENCES = (
    "Welcome, {{customer_name}}.",
    "A tea house is a quiet place.",
    "The leaves come from the hills.",
    "They are picked by hand & withered in the sun.",
    "Then they are rolled.",
    "Some drink it with milk.",
    "Others think that this is a mistake.",
    "Let it stand for three minutes.",
    "We look forward to {{day}}.",
    "Goodbye.",
)
SECONDS = (3, 4, 5, 6, 2, 3, 4, 5, 7, 2)


def line(number: int, text: str, seconds: Any, /, **fields: Any) -> dict[str, Any]:
    """Return one line of a scene."""
    return {
        "subSceneId": number,
        "time": seconds,
        "text": text,
        "html": f"<p>{text.replace('&', '&amp;')}</p>",
        "format": {"fontSize": 32, "fontFamily": "Lato", "color": None},
        "paragraphWidth": None,
        **fields,
    }


def scene(number: int, text: str, seconds: Any, /, **fields: Any) -> dict[str, Any]:
    """Return one scene, with one line."""
    markup = text.replace("&", "&amp;").replace("tea", "<strong>tea</strong>")
    return {
        "sceneId": number,
        "sentence": f"<p>{markup}</p>",
        "backColor": None,
        "image": f"https://example.com/{number}.jpg",
        "lines": [line(1, text, seconds)],
        "showLogo": False,
        "imageMetadata": json.dumps({"id": number, "library": "story_blocks", "tags": None}),
        "transcription": False,
        "keywords": ["tea"],
        "settings": {
            "imageZoomPan": None,
            "voiceOver": True,
            "music": True,
            "muteClipAudio": True,
            "loopVideo": None,
            "hideText": False,
            "videoOptions": {"segments": [], "isCropped": False},
        },
        "transcribeVideoLength": None,
        "subsentences": [text],
        **fields,
    }


def project(**fields: Any) -> dict[str, Any]:
    """Return a project of ten scenes, of `SENTENCES` and `SECONDS`, with two variables."""
    return {
        "audio": {
            "selectedTrackId": None,
            "selectedTrackName": "Calm Ambient",
            "selectedTrackUrl": "https://example.com/calm.mp3",
            "selectedTrackType": None,
            "selectedVoiceOverCategory": "standard",
            "selectedVoiceOverTrack": "Jackson",
            "selectedVoiceOverTrackId": 1002,
            "voiceOverTextSpeed": 110,
        },
        "scenes": [
            scene(number, text, seconds)
            for number, (text, seconds) in enumerate(zip(SENTENCES, SECONDS, strict=True), 1)
        ],
        "projectName": "A letter",
        "projectCategory": None,
        "saveDate": "2024-01-01T00:00:00Z",
        "generatedVoiceOvers": [],
        "animationTheme": None,
        "project_id": 4711,
        "scriptLanguage": "en",
        "timePerFrame": [*SECONDS],
        "aspectRatioClass": None,
        "aspectRatioFractionValue": 1.7777777777777777,
        "videoResolution": "720p",
        "title": "A letter to [Company Name]",
        "source": "script",
        "bgMusicVolPercent": 20,
        "videoVolume": None,
        "brandId": None,
        "projectType": "project",
        **fields,
    }
