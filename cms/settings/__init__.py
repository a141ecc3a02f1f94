"""Settings. `production` is the base; `development` loosens it for one machine; `test` makes it fast to test."""
