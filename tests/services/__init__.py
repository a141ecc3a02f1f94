"""The real servers that the tests run against: PostgreSQL, S3, Chromium and Linli itself."""
