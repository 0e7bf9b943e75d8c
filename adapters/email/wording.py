"""What each kind of email says. It never depends on the message that the email announces."""

from dataclasses import dataclass

from router.messages.notification import Kind


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of one kind of email."""

    subject: str
    explanation: str
    action: str
    footer: str


UNANSWERED = "Please don't reply to this email. Replies aren't read."
TO_PATIENTS = (
    f"You received this email because you asked for email updates. {UNANSWERED} "
    "In an emergency, call your local emergency number."
)
WORDINGS = {
    Kind.STAFF_DELIVERY: Wording(
        subject="You have a new message",
        explanation="There is a new message for you or your team in the patient portal. "
        "To protect the patient's privacy, this email doesn't show any of it. Sign in to read it.",
        action="Open your inbox",
        footer=f"You received this email because the message was sent to your inbox. {UNANSWERED}",
    ),
    Kind.STAFF_REMINDER: Wording(
        subject="A message is waiting for you",
        explanation="A message in your inbox has been waiting for some time. "
        "To protect the patient's privacy, this email doesn't show any of it. Sign in to read it.",
        action="Open your inbox",
        footer=f"You received this email because the message is in your inbox. {UNANSWERED}",
    ),
    Kind.STAFF_ALERT: Wording(
        subject="A message is overdue",
        explanation="A message in your practice has not been answered in time. "
        "To protect the patient's privacy, this email doesn't show any of it. Sign in to see who has it.",
        action="Open the list of overdue messages",
        footer=f"You received this email because you manage the portal. {UNANSWERED}",
    ),
    Kind.STAFF_RETURNED: Wording(
        subject="A message is in your inbox again",
        explanation="A message that you had read, or that had gone to somebody else, is waiting in your inbox again. "
        "To protect the patient's privacy, this email doesn't show any of it. Sign in to read it.",
        action="Open your inbox",
        footer=f"You received this email because the message is in your inbox. {UNANSWERED}",
    ),
    Kind.STAFF_HANDED_OVER: Wording(
        subject="A message was moved to somebody else",
        explanation="A message that was in your inbox was moved to somebody else, because nobody answered it in time. "
        "You don't need to do anything. To protect the patient's privacy, this email doesn't show any of it.",
        action="See where it is now",
        footer=f"You received this email because the message was in your inbox. {UNANSWERED}",
    ),
    Kind.STAFF_OVERDUE: Wording(
        subject="Messages are overdue",
        explanation="Messages in your practice have not been answered in time. "
        "To protect the patients' privacy, this email doesn't show any of them. Sign in to see who has them.",
        action="Open the list of overdue messages",
        footer=f"You get this email once a day, while anything is overdue, because you manage the portal. {UNANSWERED}",
    ),
    # No care team is named: a phone's lock screen shows the subject, and the billing office isn't a care team.
    Kind.PATIENT_REPLY: Wording(
        subject="You have a new message",
        explanation="There is a new message for you in the patient portal. "
        "To protect your privacy, this email doesn't show any of it. "
        "To read it, sign in to the patient portal on your practice's website, as you always do. "
        "If you are signed in, you can use this link.",
        action="Read your message",
        footer=TO_PATIENTS,
    ),
    Kind.STAFF_INVITATION: Wording(
        subject="Choose your password",
        explanation="Your practice has invited you to read and answer patients' messages in the patient portal. "
        "To get started, choose a password. The link works once and expires after 72 hours.",
        action="Choose a password",
        footer=f"If you weren't expecting this email, contact your portal administrator. {UNANSWERED}",
    ),
    Kind.PASSWORD_RESET: Wording(
        subject="Choose a new password",
        explanation="Your portal administrator has sent you a link to choose a new password. "
        "Your current password works until you do. The link works once and expires after 72 hours.",
        action="Choose a new password",
        footer=f"If you didn't ask for a new password, contact your portal administrator. {UNANSWERED}",
    ),
}
# Where the practice has set the address of its portal, the link leads to the page on which patients sign in.
WITH_PORTAL = Wording(
    subject="You have a new message",
    explanation="There is a new message for you in the patient portal. "
    "To protect your privacy, this email doesn't show any of it. Sign in to read it.",
    action="Sign in to your portal",
    footer=TO_PATIENTS,
)


def wording_of(kind: Kind, *, with_portal: bool) -> Wording:
    """What this kind of email says; `with_portal`: its link leads to the practice's own portal."""
    return WITH_PORTAL if with_portal and kind is Kind.PATIENT_REPLY else WORDINGS[kind]
