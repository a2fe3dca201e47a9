"""`python -m rehearse` is the command `rehearse`."""

from rehearse.cli import main

main()
