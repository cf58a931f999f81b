"""The published protocols as data: what a pack may say, how it is read, and where a rule stands in it."""
