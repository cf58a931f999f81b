"""The front door: what came in, who it is about, what level of need it shows."""
