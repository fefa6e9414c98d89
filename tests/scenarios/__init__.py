"""Stories: what people do with the bot, told over real parts."""
