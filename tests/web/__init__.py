"""The doors that speak HTTP, met over real HTTP."""
