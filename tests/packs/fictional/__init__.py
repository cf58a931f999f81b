"""A council of the tests, so that nothing rests on there being one authority, one edition or one scale."""

from pathlib import Path

FICTIONAL = Path(__file__).parent
"""The root to give to `protocol_of`, or to name in TOLDONCE_PACKS."""
