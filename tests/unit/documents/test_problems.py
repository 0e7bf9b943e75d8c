"""What is wrong with a document, in words."""

from adapters.documents.problems import KEY_MARK, MOST_ERRORS, NOT_AN_ID, in_words
from tests.counted import counted_texts


def test_keys_that_can_not_be_ids_are_found_in_as_many_steps_as_there_are_errors() -> None:
    """Each error was held against each such key: 20,000 of both fit into a request."""
    keys, compared = counted_texts(500)
    again, compared_again = counted_texts(500)

    errors = in_words(
        [
            *(("string_too_long", ("sites", key, KEY_MARK), {}, "") for key in keys),
            *(("missing", ("sites", key, "topics"), {}, "") for key in again),
            ("missing", ("practice",), {}, ""),
        ]
    )

    assert [(error.field, error.message) for error in errors] == [("sites", NOT_AN_ID), ("practice", "is required")]
    assert len(errors) <= MOST_ERRORS
    assert len(compared) + len(compared_again) <= 10 * len(keys)
