"""`rehearse`, and `python -m rehearse`: looks after signals first, for loading the command line takes a moment."""

from __future__ import annotations

from rehearse.shown.interruption import end_at_once


def main() -> None:
    """Run the command line."""
    end_at_once()
    from rehearse.cli import main as run  # noqa: PLC0415  # see above

    run()


if __name__ == "__main__":
    main()
