"""Tests of the WeCom adapter: envelope, callbacks, tokens, client."""
