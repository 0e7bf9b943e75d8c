"""What services that talk to others report."""

from structlog.testing import capture_logs

from config.settings import read_settings
from config.wiring import outbound


def test_an_email_that_could_not_be_built_is_logged_with_its_practice_and_without_the_errors_text() -> None:
    mailer = outbound.mailer(read_settings({}), "smtp://127.0.0.1:25")

    with capture_logs() as lines:
        mailer.report("willow", "id-7", ValueError("canary"))

    logged = {"event": "email not built", "practice": "willow", "notification": "id-7", "error": "ValueError"}
    assert lines == [logged | {"log_level": "error"}]
