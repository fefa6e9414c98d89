"""The sandbox is tried by calling it as the bot does, and by pressing what its phones really draw."""
