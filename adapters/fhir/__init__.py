"""FHIR R4: references between resources, and reading a bulk export folder into a roster document."""
