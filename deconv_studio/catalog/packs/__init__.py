"""Packs: optional packages that carry weights in foreign formats, which are converted to ONNX on first use.

Nothing of a pack is ever imported or run: its files are found through the package's metadata, checked against
the hashes in registry.toml, and read as data.
"""
