"""Music, voices, avatars and the look of things: lists that change little (v2.md, section 9)."""

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Handler, Route
from pictory_async.testing._handlers._pages import page_of
from pictory_async.testing._messages import Json, Object, Reply
from pictory_async.testing._schema import (
    Report,
    flag,
    list_of,
    number,
    one_of,
    record,
    text,
)
from pictory_async.testing._world import World


_MOODS = ("Calm", "Dark", "Happy", "Inspiring", "Tense")
_GENRES = ("Ambient", "Classical", "Cinematic", "Folk", "Jazz", "Pop", "Rock")
_GROUPS = ("Acoustic", "Electronic", "Orchestral")
_INSTRUMENTS = ("Cello", "Drums", "Guitar", "Piano")
_PURPOSES = ("Corporate", "Documentary", "Explainer", "Wedding")
_TRACKS = 130
# The words of a search, with the words of a track that they are compared with.
_FILTERS = {
    "Genre": "genres",
    "GenreGroup": "genreGroups",
    "Mood": "moods",
    "Instrument": "instruments",
    "Purpose": "purposes",
}
_VOICES = (
    ("Brian", "male", "British", "en-GB", "neural", "aws", "standard"),
    ("Jackson", "male", "American", "en-US", "standard", "google", "standard"),
    ("Matilda", "female", "American", "en-US", "eleven_multilingual_v2", "elevenlabs", "premium"),
)
_ENGINES = {
    "aws": ("neural", "standard"),
    "google": ("standard", "WaveNet", "Neural2"),
    "elevenlabs": ("eleven_monolingual_v1", "eleven_multilingual_v2"),
}
_PEOPLE = 25
_FONTS = ("Lato", "Montserrat", "Open Sans", "Roboto")


def _track(index: int, files: str) -> Object:
    return {
        "id": index,
        "title": f"{_MOODS[index % len(_MOODS)]} {_GENRES[index % len(_GENRES)]} {index}",
        "audioUrl": f"{files}/music-{index}.wav",
        "duration": 30 + index,
        "genres": [_GENRES[index % len(_GENRES)]],
        "genreGroups": [_GROUPS[index % len(_GROUPS)]],
        "instruments": [_INSTRUMENTS[index % len(_INSTRUMENTS)]],
        "moods": [_MOODS[index % len(_MOODS)]],
        "purposes": [_PURPOSES[index % len(_PURPOSES)]],
    }


def search_music(_world: World, call: Call) -> Reply:
    """Answer `POST /v1/music/search`."""
    asked, files = call.payload, call.request.site.files
    tracks = [_track(index, files) for index in range(1, _TRACKS + 1)]
    found = [track for track in tracks if _fits(track, asked)]
    number_, size = int(str(asked.get("page", 1))), int(str(asked.get("pageSize", 20)))
    items: list[Json] = [
        {key: value for key, value in track.items() if key != "genreGroups"}
        for track in found[(number_ - 1) * size : number_ * size]
    ]
    return Reply.json(200, {"items": items})


def _fits(track: Object, asked: Object) -> bool:
    for word, field in _FILTERS.items():
        wanted, unwanted = asked.get(word[0].lower() + word[1:]), asked.get(f"not{word}")
        has = _strings(track[field])
        if (wanted and has.isdisjoint(_strings(wanted))) or not has.isdisjoint(_strings(unwanted)):
            return False
    seconds = float(str(track["duration"]))
    least, most = asked.get("minDuration", 0), asked.get("maxDuration", _TRACKS * 2)
    query = str(asked.get("query", "")).lower()
    return float(str(least)) <= seconds <= float(str(most)) and query in str(track["title"]).lower()


def _strings(value: Json) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list) else set()


def list_voices(world: World, _call: Call) -> Reply:
    """Answer `GET /v1/voiceovers/tracks`: a bare array, with numbers as ids."""
    keys = ("name", "gender", "accent", "language", "engine", "service", "category")
    voices: list[Json] = [
        {"id": number_, "voice": f"v-{number_}", **dict(zip(keys, each, strict=True))}
        for number_, each in enumerate(_VOICES, 1001)
    ]
    return Reply.json(200, [*voices, *world.voices])


def add_voice(world: World, call: Call) -> Reply:
    """Answer `POST /v1/voiceovers/tracks`."""
    asked = dict(call.payload)
    voice: Object = {
        "id": 2001 + len(world.voices),
        "voice": asked.pop("voiceId"),
        **asked,
        "category": "custom",
    }
    world.voices.append(voice)
    return Reply.json(200, voice)


def _engine_of_service(fields: Object, _name: str, report: Report) -> None:
    engines = _ENGINES.get(str(fields.get("service")), ())
    if fields.get("engine") not in engines:
        report.refuse("engine", f"must be one of [{', '.join(engines)}]")


def list_avatars(world: World, call: Call) -> Reply:
    """Answer `GET /v1/avatars`: `nextPageKey` is null at the end."""
    files = call.request.site.files
    people: list[Object] = [
        {
            "id": f"person-{number_}",
            "name": f"Person {number_}",
            "gender": "female" if number_ % 2 else "male",
            "looks": [
                {
                    "id": f"look-{number_}-{look}",
                    "name": look,
                    "previewImage": f"{files}/background.jpg",
                    "previewVideo": f"{files}/look.mp4",
                }
                for look in ("office", "street")
            ],
        }
        for number_ in range(1, _PEOPLE + 1)
    ]
    key = dict(call.request.query).get("nextPageKey")
    found, following = page_of(people, key, world.settings.page_size)
    return Reply.json(200, {"items": [*found], "nextPageKey": following})


def _always(payload: Json) -> Handler:
    return lambda _world, _call: Reply.json(200, payload)


_NAMES: list[Json] = [{"id": f"id-{name.lower()}", "name": name} for name in ("Plain", "Bold")]
_LAYOUTS: list[Json] = [
    {"templateId": "layout-1", "templateName": "Split", "schemaVersion": "v3"},
    {"templateId": "layout-2", "templateName": "Centre", "schemaVersion": "v3"},
]
_words = list_of(text(least=1))
_SEARCH = record(
    {
        "page": number(1, whole=True),
        "pageSize": number(20, 100, whole=True),
        "sort": one_of("latest | shuffle | featured"),
        "query": text(),
        "minDuration": number(0),
        "maxDuration": number(0),
        **{word[0].lower() + word[1:]: _words for word in _FILTERS},
        **{f"not{word}": _words for word in _FILTERS},
    }
)
_VOICE = record(
    {
        **dict.fromkeys(("name", "engine", "service", "language", "voiceId"), text(least=1)),
        **dict.fromkeys(("description", "accent", "age", "gender", "sample"), text()),
        "publicUserId": text(),
        "elevenlabsVoiceSettings": record(
            {"similarityBoost": number(), "stability": number(), "useSpeakerBoost": flag}
        ),
    },
    required="name engine service language voiceId",
    rules=(_engine_of_service,),
)

ROUTES: tuple[Route, ...] = (
    Route(
        operation="POST /v1/music/search",
        handler=search_music,
        body="object",
        schema=_SEARCH,
        dialect=refusals.fields_dialect,
    ),
    Route(operation="GET /v1/music/moods", handler=_always([*_MOODS])),
    Route(operation="GET /v1/music/genres", handler=_always([*_GENRES])),
    Route(operation="GET /v1/music/genres/groups", handler=_always([*_GROUPS])),
    Route(operation="GET /v1/music/instruments", handler=_always([*_INSTRUMENTS])),
    Route(operation="GET /v1/music/purposes", handler=_always([*_PURPOSES])),
    Route(operation="GET /v1/voiceovers/tracks", handler=list_voices),
    Route(
        operation="POST /v1/voiceovers/tracks",
        handler=add_voice,
        body="object",
        schema=_VOICE,
        dialect=refusals.fields_dialect,
    ),
    Route(operation="GET /v1/brands/video", handler=_always(_NAMES)),
    Route(operation="GET /v1/styles", handler=_always(_NAMES)),
    Route(operation="GET /v1/smartlayouts", handler=_always({"items": _LAYOUTS})),
    Route(operation="GET /v1/avatars", handler=list_avatars),
    # v1.md, 3.13: nothing but the path is known of the reply.
    Route(operation="GET /v1/video/storyboard/fonts", handler=_always([*_FONTS])),
    # v2.md, row L2: nothing but the path is known of either side.
    Route(operation="POST /v1/brands/editvideo", handler=_always({"success": True}), body="object"),
)
