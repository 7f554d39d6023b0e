"""The command line; imports lazily so that `--help` is quick."""


def main() -> None:
    """Runs the command line."""
    raise NotImplementedError
