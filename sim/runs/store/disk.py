"""Writing that is whole or not at all: a temporary name, the bytes on the disk, then a rename."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sim.errors import Both, ResultsDamaged, by_system, refused

NEW = ".new-"
"""Beginning of every temporary name."""
STALE_SECONDS = 3600.0
"""Age from which something unfinished is taken for a leftover of a process that was killed."""
ATTEMPTS = 100
PROBE_BYTES = 4096
OCCUPIED = (errno.ENOTEMPTY, errno.EEXIST)
"""What a rename says of a folder in its place, which another writer may have moved away by now."""


def write_file(path: Path, content: bytes) -> Path:
    """Write one file; raises ResultsDamaged, naming it, if it cannot be written."""
    part = path.with_name(f"{NEW}{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _put(part, content)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        _flush(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder with these files in the place of ``path``; of several writers at once one wins, whole.

    The other's files are as good: a folder's name is a digest of what decides its content.
    """
    part = path.parent.parent / f"{NEW}{uuid.uuid4().hex}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.mkdir()
            for name, content in files.items():
                _put(part / name, content)
            _flush(part)
            _move(part, path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _flush(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> ResultsDamaged:
    """The named failure for what the system said."""
    told = by_system(error)
    return ResultsDamaged(
        Both(
            f"{path} 无法写入：{told.zh}。办法：腾出空间或取得写入权限，或另选目录，然后重新执行同一命令。",
            f"{path} cannot be written: {told.en}. "
            "Remedy: make room or get the right to write there, or choose another folder, then give the same command again.",
        )
    )


def require_folder(path: Path) -> None:
    """Find out before hours of work whether files can be written to a folder; what is made for that is taken away again.

    Raises ResultsDamaged, naming it, if not.
    """
    new = [place for place in (path, *path.parents) if not _there(place)]
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"\0" * PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        for place in new:
            with suppress(OSError):
                place.rmdir()


def require_place(key: str, place: str, folder: Path | None = None) -> None:
    """Raise BadInput unless files can be written to the folder that ``key`` names, or to one below it."""
    try:
        require_folder(folder or Path(place))
    except ResultsDamaged as damage:
        allowed = Both("可以写入文件的目录，已有或新建均可", "a folder, there or new, in which files can be written")
        raise refused(key, place, allowed, damage.words) from damage


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long
        return False


def leftovers(folder: Path) -> list[Path]:
    """Everything under a temporary name that no living process can still be writing."""
    return sorted(path for path in folder.rglob(f"{NEW}*") if stale(path))


def stale(path: Path) -> bool:
    """Whether nothing has been written there for so long that no command is about to use it."""
    return path.stat().st_mtime < time.time() - STALE_SECONDS


def _put(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move(part: Path, path: Path) -> None:
    """Rename a folder; what is in its place is moved aside first, as a folder cannot be renamed over another."""
    for _ in range(ATTEMPTS):
        try:
            os.replace(part, path)
            return
        except OSError as error:
            if error.errno not in OCCUPIED and not path.exists():
                raise
        aside = part.with_name(f"{NEW}{uuid.uuid4().hex}")
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            continue
        shutil.rmtree(aside, ignore_errors=True)
    raise FileExistsError(f"{path} is written over and over again by others")


def _flush(folder: Path) -> None:
    """Make the names in a folder last; only POSIX systems can and need to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
