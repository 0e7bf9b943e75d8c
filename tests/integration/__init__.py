"""Tests on real databases, brokers and mail servers."""
