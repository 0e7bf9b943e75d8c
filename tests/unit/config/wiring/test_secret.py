"""The tokens of links in emails, and the secret that they are made from."""

from pathlib import Path
from uuid import UUID

from config.settings import Settings
from config.wiring.secret import link_tokens

FIRST = UUID("0195f2c0-0000-7000-8000-00000000abcd")
SECOND = UUID("0195f2c0-0000-7000-8000-00000000abce")


def settings(folder: Path, **values: object) -> Settings:
    return Settings.model_validate({"careroute_data_dir": folder, "secret_key": None} | values)


def test_a_token_is_the_same_in_every_process_that_shares_the_secret(tmp_path: Path) -> None:
    here, there = (link_tokens(settings(tmp_path / one, secret_key="shared")) for one in ("web", "worker"))

    assert here.of(FIRST) == there.of(FIRST)
    assert len(here.of(FIRST)) == 43
    assert FIRST.hex not in here.of(FIRST)
    assert not list(tmp_path.iterdir())


def test_it_differs_by_notification_and_by_secret(tmp_path: Path) -> None:
    one, other = (link_tokens(settings(tmp_path, secret_key=secret)) for secret in ("one", "other"))

    assert len({one.of(FIRST), one.of(SECOND), other.of(FIRST)}) == 3


def test_an_installation_without_a_secret_makes_one_for_its_own_user(tmp_path: Path) -> None:
    data = tmp_path / "data"

    before, after = link_tokens(settings(data)), link_tokens(settings(data))

    assert before.of(FIRST) == after.of(FIRST)
    assert [one.name for one in data.iterdir()] == ["secret.key"]
    kept = data / "secret.key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_text()) == 43
    assert link_tokens(settings(tmp_path / "elsewhere")).of(FIRST) != before.of(FIRST)
