"""The parts of the Sample panel: its grid, the stage, what is kept, and its background work."""
