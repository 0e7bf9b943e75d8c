"""Settings, logging, the Celery app and the wiring; every process starts in `config.command`."""

VERSION = "0.1.0"
