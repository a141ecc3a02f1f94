"""A district as one file: written from the rows that belong to it, and read into another installation.

docs/district-archive.md describes the file.
"""
