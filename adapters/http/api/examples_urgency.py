"""Bodies of the calls about urgent messages and corrected topics; see adapters.http.api.examples."""

from adapters.http.api.examples import FIRST_MESSAGE, Examples, an_example
from adapters.http.ids import A_MADE_ID

PRIORITIES: Examples = {
    "raise": ("Raise it", {"staff": "nisha-patel", "priority": "urgent"}),
    "lower": ("Lower it", {"staff": "nisha-patel", "priority": "routine", "reason": "can_wait"}),
}
CHECKS: Examples = {
    "message": ("A first message", {name: FIRST_MESSAGE[name] for name in ("topic", "subject", "body")}),
    "reply": ("A further message", {"conversation": A_MADE_ID, "body": "I still can't breathe well."}),
}
RED_FLAG_TRIAL = an_example(
    "One more phrase",
    {
        "red_flags": [
            {
                "group": "emergency",
                "phrases": {"en": ["chest pain*", "can't breathe"]},
                "advice": {"en": "This may be an emergency. Call 911 now."},
                "phone": "911",
            }
        ],
        "languages": ["en"],
    },
)
CORRECTION = an_example("To another topic", {"staff": "nisha-patel", "topic": "medical", "note": "She has chest pain."})
