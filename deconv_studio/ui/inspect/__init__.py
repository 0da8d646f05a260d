"""What the Inspect panel is made of: layer strip, unit grid, linked views, cards and their colours."""
