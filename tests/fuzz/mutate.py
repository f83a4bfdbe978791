"""Damage: to the bytes of a file, to its lines, to the tree that YAML holds, to the cells of a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

ODD_TEXT = (
    "", " ", "~", "null", "yes", "???", "${clock.start}", "${oc.env:HOME}", "!!python/object:os.system", "&a [*a]", "<<",
    "0x1F", "1_000", "1e999", "-1e-400", ".nan", "-.inf", "1:30", "2024-02-30", "2024-13", "20240101", "９９", "１２．５",
    "一万", "1,234", "12万", "a" * 5000, "\u202e", "\ufeff", "\x07", "🚗", "car/../../x", "../../etc/passwd", "C:\\x", "=1+1",
    "'", '"', "#", ": ", "- -", "[", "{",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**40, 0.5, -0.0, 1e308, 1e-308, float("nan"), float("inf"),
    [], {}, [[]], [None], {"": 1}, {"a": {"b": {"c": []}}}, [1, "a", None], ["x"] * 300, "2024-01-01", "2024-01",
    "car", *ODD_TEXT,
)  # fmt: skip
ODD_BYTES = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\r\n",
    b"\t",
    b"\x1a",
    b"\xc3\x28",
    "，".encode(),
    "；".encode("gb18030"),
)
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32", "big5", "latin-1")


def _place(rng: Random, raw: bytes) -> int:
    return rng.randrange(len(raw) + 1)


def damaged_bytes(rng: Random, raw: bytes) -> bytes:
    """Cut off, flip, insert, repeat, swap or encode differently."""
    at, end = sorted((_place(rng, raw), _place(rng, raw)))
    way = rng.randrange(7)
    if way == 0:
        return raw[:at]
    if way == 1 and at < len(raw):
        return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]
    if way == 2:
        return raw[:at] + rng.choice(ODD_BYTES) + raw[at:]
    if way == 3:
        return raw[:end] + raw[at:end] * rng.choice((1, 2, 50)) + raw[end:]
    if way == 4:
        return raw[:at] + raw[end:]
    if way == 5:
        return raw[:at] + bytes(rng.randrange(256) for _ in range(rng.randrange(40))) + raw[at:]
    return raw.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def damaged_lines(rng: Random, raw: bytes) -> bytes:
    """Lose, repeat, move, indent or overwrite lines."""
    lines = raw.decode("utf-8", "replace").split("\n")
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(lines))
        way = rng.randrange(6)
        if way == 0:
            lines[at : at + 1] = []
        elif way == 1:
            lines.insert(at, rng.choice(lines))
        elif way == 2:
            lines[at] = rng.choice((" ", "  ", "\t")) + lines[at]
        elif way == 3:
            lines[at] = lines[at].lstrip()
        elif way == 4:
            lines[at] = rng.choice(ODD_TEXT) + lines[at][rng.randrange(len(lines[at]) + 1) :]
        else:
            lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)] + rng.choice(ODD_TEXT)
        lines = lines or [""]
    return "\n".join(lines).encode("utf-8", "replace")


def _spots(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place in a tree: its container and key."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        found.append((node, key))
        _spots(node[key], found)
    return found


def _bent(rng: Random, value: Any) -> Any:
    """A value near the one that stands there."""
    if isinstance(value, bool) or value is None:
        return rng.choice((not value, "true", 1, "none"))
    if isinstance(value, int | float):
        return rng.choice((-value, value * 10**9, value + 0.1, -1, 0, str(value), [value], value / 3, 1e308 * 10, 10**30))
    if isinstance(value, str):
        return rng.choice(
            (value + "x", value[:-1], value.upper(), value + "/" + value, [value], value[::-1], value + "\n" + value, "")
        )
    return rng.choice((list(value), str(value)[:50], [value], None, {}))


def damaged_tree(rng: Random, raw: bytes) -> bytes:
    """Replace, lose, rename, repeat or move entries of what YAML holds."""
    tree = json.loads(json.dumps(yaml.safe_load(raw), default=str))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        spots = _spots(tree, [])
        if not spots:
            break
        node, key = rng.choice(spots)
        way = rng.randrange(7)
        if way <= 1:
            node[key] = rng.choice(ODD_VALUES)
        elif way <= 3:
            node[key] = _bent(rng, node[key])
        elif way == 4:
            del node[key]
        elif isinstance(node, dict):
            other = rng.choice((str(key) + "x", rng.choice(ODD_TEXT), *map(str, node)))
            node[other] = node.pop(key) if way == 5 else node[key]
        else:
            node.insert(key, node[key])
    return _written(rng, raw, tree)


def _written(rng: Random, raw: bytes, tree: Any) -> bytes:
    head = b"# @package _global_\n" if raw.startswith(b"# @package") else b""
    if rng.random() < 0.5:
        return head + json.dumps(tree, ensure_ascii=rng.random() < 0.5).encode("utf-8", "replace")
    return head + yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")


def grown(rng: Random, depth: int = 0) -> Any:
    """A tree out of nothing."""
    way = rng.randrange(6) if depth < 6 else 0
    if way == 1:
        return [grown(rng, depth + 1) for _ in range(rng.randrange(4))]
    if way <= 3 and way:
        return {str(rng.choice(ODD_TEXT)): grown(rng, depth + 1) for _ in range(rng.randrange(4))}
    return rng.choice(ODD_VALUES)


def grown_bytes(rng: Random, raw: bytes) -> bytes:
    """A file out of nothing; now and then deeper or longer than anybody writes."""
    if rng.random() < 0.1:
        return b"a: " + b"[" * rng.choice((40, 5_000)) + b"]" * 40
    if rng.random() < 0.1:
        return raw + b"# " + b"x" * rng.choice((1000, 300_000))
    return _written(rng, raw, grown(rng))


CELLS = (
    "",
    "-1",
    "0",
    "1e400",
    "NaN",
    "inf",
    "１２",
    "1,5",
    "1 234",
    "'1",
    '"',
    "many",
    "2023-00",
    "2024/1",
    "一月",
    "x" * 70_000,
    "\x00",
    "=2+2",
)
SEPARATORS = (",", ";", "\t", "，", "|")


def damaged_table(rng: Random, raw: bytes) -> bytes:
    """Bend cells, lose, repeat and widen rows and columns, change separators and ends of lines."""
    rows = [line.split(",") for line in raw.decode("utf-8", "replace").splitlines()]
    for _ in range(rng.choice((1, 1, 2, 6))):
        at = rng.randrange(len(rows))
        cell = rng.randrange(len(rows[at]))
        way = rng.randrange(7)
        if way <= 1:
            rows[at][cell] = rng.choice(CELLS + ODD_TEXT)
        elif way == 2:
            rows.insert(at, list(rng.choice(rows)))
        elif way == 3:
            rows[at][cell : cell + 1] = []
        elif way == 4:
            rows[at].insert(cell, rng.choice(CELLS))
        elif way == 5:
            for row in rows:
                row[cell : cell + 1] = [] if rng.random() < 0.5 else row[cell : cell + 1] * 2
        else:
            rows[at], rows[0] = rows[0], rows[at]
        rows = [row or [""] for row in rows]
    text = rng.choice(("\n", "\r\n", "\r")).join(rng.choice((",", ",", rng.choice(SEPARATORS))).join(row) for row in rows)
    return text.encode(rng.choice(("utf-8", "utf-8", *ENCODINGS)), "replace")


Damage = Callable[[Random, bytes], bytes]
TO_YAML: tuple[Damage, ...] = (damaged_tree, damaged_tree, damaged_tree, damaged_lines, damaged_bytes, grown_bytes)
TO_TABLES: tuple[Damage, ...] = (damaged_table, damaged_table, damaged_lines, damaged_bytes)
TO_BYTES: tuple[Damage, ...] = (damaged_bytes,)
