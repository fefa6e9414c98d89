"""The bench: each figure of speed or memory beside its baseline, in one run. Started by `bihuan bench` alone."""
