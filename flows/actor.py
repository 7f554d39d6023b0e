"""Who acts: the user of the operating system, as the kernel says it and not as the environment claims."""

from __future__ import annotations

import os
import pwd


def os_user() -> str:
    """The login of the process's user; `uid-<n>` where the system knows no name for it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"
