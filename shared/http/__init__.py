"""HTTP as every service speaks it: strict bodies, problems, paging, limits, entity tags, logs and metrics."""
