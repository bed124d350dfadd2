"""What all groups of operations have in common: how they show themselves."""

from __future__ import annotations


class Group:
    """Operations of one topic; its repr names them, and nothing of what they stand on."""

    __slots__ = ()

    def __repr__(self) -> str:
        names = [name for name in dir(type(self)) if not name.startswith("_")]
        return f"<{type(self).__name__}: {', '.join(names)}>"
