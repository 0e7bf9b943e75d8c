"""The patient portal, without a database."""
