"""`python -m bema.cli`: the command line where the console script is not on the path."""

from bema.cli import main

main()
