"""The parts of the Atlas panel."""
