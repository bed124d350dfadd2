"""Our own values as JSON and back: by their fields' types, kinds as words, errors as objects."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

import attrs

from pictory_async import _errors
from pictory_async._errors import InvalidRequestError, PictoryError, UnexpectedShapeError
from pictory_async._shapes.checks import under
from pictory_async._shapes.fields import expected_words, short
from pictory_async._shapes.writing import as_json


if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

V = TypeVar("V")

Kinds: TypeAlias = Mapping[str, type[Any]]
"""The words of JSON for the types of results."""

_PLAIN: Final[Mapping[object, tuple[type, ...]]] = {
    str: (str,),
    int: (int,),
    float: (float, int),
    Mapping: (Mapping,),
}


def kinds_of(annotation: object) -> tuple[object, ...]:
    """Return what a field may hold: the parts of a union, or what is no union alone."""
    is_union = get_origin(annotation) in {Union, UnionType}
    return get_args(annotation) if is_union else (annotation,)


def is_error(kind: object) -> bool:
    """Tell whether a field holds errors."""
    return isinstance(kind, type) and issubclass(kind, Exception)


def holds_result(field: attrs.Attribute[Any]) -> bool:
    """Tell whether a field holds the result of a job."""
    return any(isinstance(kind, TypeVar) for kind in kinds_of(field.type))


def write_own(value: Any, kinds: Kinds) -> dict[str, Any]:  # noqa: ANN401 - any value of ours
    """Return a value as a JSON object.

    Raises:
        InvalidRequestError: It holds a type that is none of a result.
    """
    found: dict[str, Any] = {}
    for field in attrs.fields(cast("type[attrs.AttrsInstance]", type(value))):
        item = getattr(value, field.name)
        found[field.name] = _word(field.name, item, kinds) if _is_type(item) else as_json(item)
        if holds_result(field):
            found[f"{field.name}_kind"] = next(
                (word for word, kind in kinds.items() if type(item) is kind), None
            )
    return found


def _is_type(item: object) -> bool:
    return isinstance(item, type)


def _word(name: str, found: object, kinds: Kinds) -> str:
    for word, kind in kinds.items():
        if found is kind:
            return word
    raise InvalidRequestError(name, "a type of JobResult", repr(found))


def read_own(data: object, cls: type[V], kinds: Kinds) -> V:
    """Read a value from a JSON object.

    Raises:
        InvalidRequestError: A field is missing, or not what it should be.
        UnexpectedShapeError: A result lacks what is indispensable.
    """
    if not isinstance(data, Mapping):
        raise InvalidRequestError(cls.__name__, "an object", short(data))
    found = cast("Mapping[str, Any]", data)
    given: dict[str, Any] = {}
    for field in attrs.fields(cast("type[attrs.AttrsInstance]", cls)):
        name = field.name
        if name in found:
            read = _Reader(kinds, found.get(f"{name}_kind", found.get("kind")))
            given[name] = read.read(found[name], field.type, name)
        elif field.default is attrs.NOTHING:
            raise InvalidRequestError(name, "a value, for it is required", "nothing")
    return cls(**given)


@attrs.frozen
class _Reader:
    """Reads the value of one field.

    Args:
        kinds: The words for the types of results.
        word: The one for what this field holds, where it is a result.
    """

    kinds: Kinds
    word: object

    def read(self, value: object, annotation: object, path: str) -> object:
        """Return what a field is to hold.

        Raises:
            InvalidRequestError: It makes no sense as that.
        """
        kinds = kinds_of(annotation)
        if value is None and (NoneType in kinds or any(isinstance(k, TypeVar) for k in kinds)):
            return None
        if value is None and float in kinds:
            # As which `as_json` writes what JSON has no number for.
            return math.nan
        for kind in kinds:
            found = self._read(value, kind, path)
            if found is not attrs.NOTHING:
                return found
        raise InvalidRequestError(path, self._expected(kinds), short(value))

    def _read(self, value: object, kind: Any, path: str) -> object:  # noqa: ANN401 - any type
        if isinstance(kind, TypeVar):
            return self._result(value, path)
        if get_origin(kind) is type:
            return self._named(value)
        if get_origin(kind) is Literal:
            return value if value in get_args(kind) else attrs.NOTHING
        if get_origin(kind) is tuple:
            return self._items(value, get_args(kind)[0], path)
        if is_error(kind):
            with _step(path):
                return (
                    read_error(cast("Any", value)) if isinstance(value, Mapping) else attrs.NOTHING
                )
        if kind is Path:
            return Path(value) if isinstance(value, str) else attrs.NOTHING
        from_dict = getattr(kind, "from_dict", None)
        if from_dict is not None:
            with _step(path):
                return from_dict(value)
        is_right = not isinstance(value, bool) and _is_plain(value, get_origin(kind) or kind)
        return value if is_right else attrs.NOTHING

    def _result(self, value: object, path: str) -> object:
        kind: Any = self._named(self.word)
        if kind is attrs.NOTHING:
            # What is no result of the service, and was written as it was.
            return value if self.word is None else attrs.NOTHING
        with _step(path):
            return kind.from_dict(value)

    def _named(self, word: object) -> object:
        return self.kinds.get(word, attrs.NOTHING) if isinstance(word, str) else attrs.NOTHING

    def _items(self, value: object, kind: object, path: str) -> object:
        if not isinstance(value, list | tuple):
            return attrs.NOTHING
        items = enumerate(cast("list[object]", value))
        return tuple(self.read(item, kind, f"{path}[{index}]") for index, item in items)

    def _expected(self, kinds: tuple[object, ...]) -> str:
        if any(isinstance(kind, TypeVar) or get_origin(kind) is type for kind in kinds):
            return f"a result of one of these kinds: {', '.join(self.kinds)}"
        plain = [str if kind is Path else kind for kind in kinds if kind is not NoneType]
        return " or ".join(map(expected_words, plain))


def _is_plain(value: object, kind: object) -> bool:
    return isinstance(value, _PLAIN.get(kind, ()))


@contextlib.contextmanager
def _step(path: str) -> Generator[None, None, None]:
    """Put the step that leads to a part before the path of an error in it."""
    try:
        yield
    except (InvalidRequestError, UnexpectedShapeError) as error:
        raise under(path, error) from None


def read_error(data: Mapping[str, Any]) -> PictoryError:
    """Read what `write_error` gave: one of ours as it was, another one as its words.

    Raises:
        InvalidRequestError: Its job or its notes are not what they should be.
    """
    job_id, notes = data.get("job_id"), data.get("notes")
    if not isinstance(job_id, str | int | None):
        raise InvalidRequestError("job_id", "a string", short(job_id))
    if not isinstance(notes, list | tuple | None):
        raise InvalidRequestError("notes", "a list", short(notes))
    error = _ours(data)
    if job_id is not None:
        error.job_id = str(job_id)
    for note in cast("Sequence[object]", notes or ()):
        error.add_note(_text(note))
    return error


def _text(value: object) -> str:
    # Not `str`, which gives up where a list is nested too deeply.
    return value if isinstance(value, str) else short(value)


def _ours(data: Mapping[str, Any]) -> PictoryError:
    name, message, fields = data.get("type"), data.get("message"), data.get("fields")
    kind: Any = vars(_errors).get(_text(name))
    if isinstance(fields, Mapping) and is_error(kind) and attrs.has(kind):
        known = attrs.fields_dict(kind)
        given = cast("Mapping[str, Any]", fields)
        # Another version's error may have other fields, or hold something else in them.
        with contextlib.suppress(TypeError, AttributeError, ValueError, RecursionError):
            error = cast("PictoryError", kind(**{k: v for k, v in given.items() if k in known}))
            str(error)
            return error
    # Not once more before what was read before.
    words = _text(message)
    return PictoryError(words if kind is PictoryError else f"{_text(name)}: {words}")
