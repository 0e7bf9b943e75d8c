"""The five topics that a patient may write under."""

from enum import StrEnum


class Topic(StrEnum):
    """What a message is about; the value is its name in JSON."""

    MEDICAL = "medical"
    APPOINTMENT = "appointment"
    MEDICATION = "medication"
    BILLING = "billing"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word that people read."""
        return self.value.capitalize()

    @property
    def default_display_name(self) -> str:
        """What the patient reads in To: until the practice sets something else."""
        return DEFAULT_DISPLAY_NAMES[self]

    @property
    def default_guidance(self) -> str:
        """One line on what belongs there, for patients whose practice has none of its own."""
        return DEFAULT_GUIDANCE[self]


DEFAULT_DISPLAY_NAMES = {
    Topic.MEDICAL: "Medical Team",
    Topic.APPOINTMENT: "Appointment Desk",
    Topic.MEDICATION: "Medication Team",
    Topic.BILLING: "Billing Office",
    Topic.OTHER: "Front Desk",
}

DEFAULT_GUIDANCE = {
    Topic.MEDICAL: "Symptoms, test results, and questions about your health.",
    Topic.APPOINTMENT: "To make, change or cancel a visit.",
    Topic.MEDICATION: "Refills, doses and side effects.",
    Topic.BILLING: "Bills, payments and insurance.",
    Topic.OTHER: "Anything else, such as forms and records.",
}
