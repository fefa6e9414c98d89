"""The doors that speak HTTP: WeCom's callbacks, the CDC's API, health. No rules and no SQL in here."""
