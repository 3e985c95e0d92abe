"""`python -m aimigrate`."""

from aimigrate.cli import main

main()
