"""Putting the product together and looking at it: settings, compositions, and what the rules say."""
