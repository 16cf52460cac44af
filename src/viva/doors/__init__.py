"""Thin: read the request, call one use-case, send the answer."""
