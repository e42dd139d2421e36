"""Controls, packs, frameworks and waivers."""
