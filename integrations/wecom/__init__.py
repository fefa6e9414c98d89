"""WeCom (企业微信): envelope, callbacks, API client; the sandbox beside them is a server chosen by address."""
