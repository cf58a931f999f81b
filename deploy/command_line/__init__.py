"""The parts of `toldonce`, the command line."""
