"""Deconv Studio: a desktop program for deconvolutional networks, networks that map features back to pixels."""

__version__ = "0.1.0"
