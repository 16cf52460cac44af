"""Viva: interviews for AI and ML roles, with judgment you can check."""

__version__ = "0.1.0"
