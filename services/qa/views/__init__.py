"""What qa shows of a case: pure folds of its inbox, the same whatever order the letters arrived in."""
