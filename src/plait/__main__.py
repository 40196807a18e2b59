"""`python -m plait`: the command line. `./plait` comes here once the environment is ready."""

from plait.cli import main

if __name__ == "__main__":
    main()
