"""Private folders for copies that live as long as a process, and the removal of what killed processes left."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "fax2fhir-read"


def open_scratch(parent: Path | None) -> Path:
    """A new folder that only this user can read.

    Folders of processes that no longer run are removed first: they hold parts of documents.

    Args:
        parent: where to make it; None takes the system's folder for temporary files.
    """
    place = Path(tempfile.gettempdir()) if parent is None else parent
    for folder in place.glob(f"{_PREFIX}-*-*"):
        owner = folder.name.removeprefix(f"{_PREFIX}-").partition("-")[0]
        ours = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
        if ours and owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{os.getpid()}-", dir=place))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
