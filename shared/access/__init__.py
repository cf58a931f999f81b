"""Who is calling, and what they may see and do: tokens give identity, registers give power, one policy decides."""
