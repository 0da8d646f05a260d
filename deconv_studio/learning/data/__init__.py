"""What recipes are trained on."""
