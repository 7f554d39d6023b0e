"""Private folders for copies that live as long as a process, and the removal of what killed processes left."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "fax2fhir-read"
OCR_PREFIX = "fax2fhir-ocr"


def open_scratch(parent: Path | None) -> Path:
    """A new folder that only this user can read; what killed processes left beside it is removed first.

    Args:
        parent: where to make it; None takes the system's folder for temporary files.
    """
    place = Path(tempfile.gettempdir()) if parent is None else parent
    remove_abandoned(place, _PREFIX)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{os.getpid()}-", dir=place))


def page_images() -> Path:
    """Where page images for recognition lie for a moment: in memory where there is such a file system."""
    memory = Path("/dev/shm")  # noqa: S108 - absent on macOS; the folders made in it are private
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def remove_abandoned(place: Path, prefix: str) -> None:
    """Removes this user's folders `<prefix>-<pid>-*` of processes that no longer run: they hold parts of documents."""
    for folder in place.glob(f"{prefix}-*-*"):
        owner = folder.name.removeprefix(f"{prefix}-").partition("-")[0]
        ours = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
        if ours and owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
