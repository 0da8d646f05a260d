"""Deconv Studio: a desktop program for deconvolutional networks, which map features back to pixels."""

__version__ = "0.1.0"
