"""The transparency log: proof that what was recorded has not been changed since."""
