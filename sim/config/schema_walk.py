"""Look up what the schema says of a dotted path: which fields or names a place may have."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sim.settings import Settings


def kind_at(path: Sequence[str], tree: object) -> Any:
    """The annotation of the node at ``path``; None where the schema knows no such place.

    ``tree`` is the raw content, needed to tell the instruments apart.
    """
    kind: Any = Settings
    node: object = tree
    for part in path:
        kind = _inner(kind, node)
        origin = get_origin(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(part)
            kind = field.annotation if field else None
        elif origin is dict:
            kind = get_args(kind)[1]
        elif origin is tuple:
            kind = get_args(kind)[0]
        else:
            return None
        node = child(node, part)
        if kind is None:
            return None
    return _inner(kind, node)


def fields_at(path: Sequence[str], tree: object) -> list[str] | None:
    """Names of the fields at a place with a closed list of them; None for every other place."""
    kind = kind_at(path, tree)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    return None


def names_at(path: Sequence[str], tree: object) -> list[str] | None:
    """What an entry may be called at a place that holds named entries: the names of a closed list, or those it has.

    None for a place that holds fields, on which the schema has its own say.
    """
    kind = kind_at(path, tree)
    if get_origin(kind) is not dict:
        return None
    key = get_args(kind)[0]
    if get_origin(key) is Literal:
        return list(get_args(key))
    content = at(tree, path)
    return list(content) if isinstance(content, Mapping) else []


def child(node: object, part: str) -> object:
    """The entry of a raw node; None if there is none."""
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, list) and part.isdigit() and int(part) < len(node):
        return node[int(part)]
    return None


def at(node: object, path: Sequence[str]) -> object:
    """The raw content at ``path``; None if there is none."""
    for part in path:
        node = child(node, part)
    return node


def has(node: object, path: Sequence[str]) -> bool:
    """Whether raw content says something at ``path`` or replaces a place above it."""
    for part in path:
        if isinstance(node, Mapping):
            if part not in node:
                return False
        elif isinstance(node, list):
            if not (part.isdigit() and int(part) < len(node)):
                return False
        else:
            return node is not None
        node = child(node, part)
    return True


def _inner(kind: Any, node: object) -> Any:
    """Strip Annotated and Optional; of several models take the one whose instrument the content names."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    options = [option for option in get_args(kind) if option is not type(None)]
    if len(options) == 1:
        return _inner(options[0], node)
    instrument = child(node, "instrument")
    for option in options:
        field = getattr(option, "model_fields", {}).get("instrument")
        if field is not None and instrument in get_args(field.annotation):
            return option
    return None
