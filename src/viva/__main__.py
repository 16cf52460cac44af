"""`python -m viva` is `viva`."""

from viva.doors.cli import main

main()
