"""Tests of reading FHIR exports."""
