"""Words for what an authority counts and lists of its own work."""

from shared.protocol.blocks import Block


class Report(Block, frozen=True, kw_only=True):
    """One count or list. code: which; levels: of children at which levels, where it is about such."""

    code: str
    levels: tuple[str, ...] = ()
