"""Bringing a story in from a Word file or a saved web article.

file → `files` | `word` (bytes → HTML and pictures) → `walking` (HTML → pieces) → `stories` (pieces → a draft)
"""
