"""Clips with made-up boundaries, of trimmed clips (BSP)."""
