"""`python -m bot` is `bihuan`."""

from bot.cli import main

if __name__ == "__main__":
    main()
