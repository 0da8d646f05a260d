"""The lens room."""
