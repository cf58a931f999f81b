"""qa over HTTP: the registers' commands, and what may be read of cases, clocks, worklists and registers."""
