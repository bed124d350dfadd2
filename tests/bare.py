"""Make a video in process where no extra is installed; `nox -s bare` runs this."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path

import anyio

from pictory_async import ApiKey, Pictory, models, v1
from pictory_async.schedules import Growing
from pictory_async.testing import FakePictory


EXTRAS = ("click", "rich", "starlette", "uvicorn", "av", "PIL", "trio", "pytest", "pydantic")


async def main() -> None:
    """Run text to video through everything that the core has."""
    fake = FakePictory(speed=1000)
    credentials = ApiKey("pictai_test")
    async with Pictory(
        credentials,
        base_url=fake.base_url,
        transport=fake.transport(),
        schedule=Growing(first=0.01),
    ) as pictory:
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder, "film.mp4")
            for model in (models.Storyboard, v1.Storyboard):
                storyboard = model.from_script("One scene.", name="film")
                await pictory.text_to_video(storyboard, output=output)
            size = len(await anyio.Path(output).read_bytes())
    print(f"{size} bytes without any extra")


if __name__ == "__main__":
    present = [name for name in EXTRAS if find_spec(name)]
    if present:
        msg = f"this environment is not bare: it has {', '.join(present)}"
        raise SystemExit(msg)
    anyio.run(main)
