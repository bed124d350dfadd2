"""What several operations take: a preview, render parameters, a webhook, JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from pictory_async._arguments import STRING, is_number
from pictory_async._endpoints.jobs import job_id_of
from pictory_async._errors import InvalidRequestError
from pictory_async._models.base import as_tuple, check_json, short
from pictory_async._models.results import Preview
from pictory_async._shapes.checks import check_text


if TYPE_CHECKING:
    from collections.abc import Iterable


_WEBHOOK_LENGTH: Final = 500


def id_of_preview(preview: object) -> str:
    """Return the id of a preview's job.

    Raises:
        InvalidRequestError: It is neither a preview, a job nor an id.
    """
    return job_id_of(preview.job_id if isinstance(preview, Preview) else preview)


def id_of(value: object, name: str, *kinds: type[Any], number: bool = False) -> str:
    """Return the id of something that the account has, or of what was given in its place.

    Whether it can stand in a path is checked where it is put there.

    Args:
        value: The thing, or its id.
        name: The name of the argument.
        *kinds: What the thing may be; each has an `id`.
        number: Whether the id may be a whole number.

    Raises:
        InvalidRequestError: It is something else.
    """
    found = cast("Any", value).id if isinstance(value, kinds) else value
    if isinstance(value, (str, *kinds)) or (number and is_number(value, whole=True)):
        check_text(str(found), name)
        return str(found)
    expected = f"a {' or '.join(kind.__name__ for kind in kinds)}, or its id"
    raise InvalidRequestError(name, expected, short(value))


def render_body(render_params: Preview | Mapping[str, Any]) -> dict[str, Any]:
    """Return render parameters as the body of a request.

    Raises:
        InvalidRequestError: There are none, they are wrapped in another object, or no JSON.
    """
    params: object = (
        render_params.render_params if isinstance(render_params, Preview) else render_params
    )
    if not isinstance(params, Mapping) or not params:
        found = "none" if not params else type(params).__name__
        raise InvalidRequestError("render_params", "the preview's render parameters", found)
    if "renderParams" in params:
        # The render of a wrapped object fails, says a comment in the official examples.
        expected = "the value of renderParams itself"
        raise InvalidRequestError("render_params", expected, "an object that wraps it")
    check_json(params, "render_params")
    return {**params}


def webhook_body(webhook: str | None) -> dict[str, Any]:
    """Return the body of a request that takes a webhook and nothing else.

    Raises:
        InvalidRequestError: The URL is longer than 500 characters.
    """
    STRING.or_none.check_argument("webhook", webhook)
    if webhook is None:
        return {}
    if len(webhook) > _WEBHOOK_LENGTH:
        expected = f"a URL of at most {_WEBHOOK_LENGTH} characters"
        raise InvalidRequestError("webhook", expected, f"{len(webhook)} characters")
    return {"webhook": webhook}


def json_objects(items: object, name: str) -> list[Mapping[str, Any]]:
    """Return JSON objects as a list.

    Raises:
        InvalidRequestError: They are none.
    """
    objects = as_tuple(cast("Iterable[object] | None", items))
    if not isinstance(objects, tuple) or not objects:
        raise InvalidRequestError(name, "a list of JSON objects", short(items))
    for index, item in enumerate(objects):
        if not isinstance(item, Mapping):
            path = f"{name}[{index}]"
            raise InvalidRequestError(path, "a JSON object", short(item))
    check_json(objects, name)
    return [*objects]
