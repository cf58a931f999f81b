"""Who leads: one named, qualified, agreed lead practitioner; and the practitioner register."""
