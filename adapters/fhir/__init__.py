"""FHIR R4: reading a bulk export folder into a roster document."""
