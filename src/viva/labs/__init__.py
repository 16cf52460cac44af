"""Runs a candidate's code in a sandbox and reports facts, never points of its own making."""
