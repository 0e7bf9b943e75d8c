"""Finding patients by name."""

from functools import partial

import pytest
from sqlalchemy import select, text

from adapters.database.engine import make_engine
from adapters.database.tables import patient
from router.actors import COMMAND
from router.audit import Action
from router.errors import Invalid
from router.flows.worker import fold_names
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.audit import audit_of

EVERYBODY = slice(0, 50)
MADE_PRACTICE = "insert into practice (id, name, time_zone, created_at) values ('p', 'P', 'UTC', now())"
MADE_PATIENTS = (
    "insert into patient (practice, id, name, notify, active, sought)"
    " select 'p', 'x-' || n, 'N', false, true, md5(n::text) from generate_series(1, 20000) n"
)


def test_patients_are_found_by_parts_of_name_number_and_id(house: House) -> None:
    house.furnish(
        patients=(
            a_patient("p1", name="Zoë Łukasz", record_number="MRN-17"),
            a_patient("p2", name="Adam Lukas", record_number="MRN-18"),
        )
    )
    house.furnish(practice="elsewhere", patients=(a_patient("p3", name="Lukas Elsewhere"),))

    def ids(sought: str) -> list[str]:
        return [one.id for one in house.patients.search(PRACTICE, sought, EVERYBODY, COMMAND).patients]

    assert ids("lukas") == ["p2", "p1"]
    assert ids("LUKASZ, zoe") == ["p1"]
    assert ids("mrn-18") == ["p2"]
    assert ids("p1") == ["p1"]
    assert ids("nobody") == []


def test_a_look_is_on_record_by_ids_alone(house: House) -> None:
    house.furnish()

    house.patients.search(PRACTICE, "doe", slice(0, 1), COMMAND)

    row = audit_of(house, Action.PATIENTS_SEARCHED)[-1]
    assert row.details == {"patients": ["pat"]}
    assert "doe" not in str(row).lower()


def test_pages_and_words_that_are_too_short(house: House) -> None:
    house.furnish()

    assert house.patients.search(PRACTICE, "doe", slice(0, 1), COMMAND).more
    assert not house.patients.search(PRACTICE, "doe", slice(1, 2), COMMAND).more
    for sought in ("", "a", "x" * 201, "a\x07b"):
        with pytest.raises(Invalid) as refused:
            house.patients.search(PRACTICE, sought, EVERYBODY, COMMAND)
        assert refused.value.errors[0].field == "text"


def test_what_the_release_before_wrote_is_found_and_folded_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows nothing of folded names: neither of new patients nor of changed ones."""
    monkeypatch.setattr(fold_names, "AT_ONCE", 1)
    house.furnish(patients=[a_patient("p1", name="Anna Zander"), a_patient("p2", name="Zoë Zander")])
    with house.engine.begin() as connection:
        for key, name in (("p1", "Čeněk Zander"), ("p2", "Zoë Zander")):
            connection.execute(text("update patient set name = :name where id = :key"), {"name": name, "key": key})
        unfolded = select(patient.c.id).where(patient.c.sought.is_(None))
        assert connection.execute(unfolded).scalars().all() == ["p1"]

    def ids(sought: str, page: slice = EVERYBODY) -> list[str]:
        return [one.id for one in house.patients.search(PRACTICE, sought, page, COMMAND).patients]

    before = [ids("zander"), ids("zander", slice(1, 2)), ids("cenek"), ids("anna")]
    for goes_on in (False, True, True):
        house.fold_names.run(partial(bool, goes_on))

    assert before == [["p1", "p2"], ["p2"], ["p1"], []]
    assert [ids("zander"), ids("zander", slice(1, 2)), ids("cenek"), ids("anna")] == before
    assert ids(",,") == []
    with house.engine.connect() as connection:
        assert connection.execute(unfolded).first() is None


def test_signs_that_mean_something_to_a_database_are_letters(house: House) -> None:
    house.furnish(patients=[a_patient("p1", name="100% _ /"), a_patient("p2", name="100")])

    found = [house.patients.search(PRACTICE, sought, EVERYBODY, COMMAND).patients for sought in ("0%", "0 _", "100 /")]

    assert [[one.id for one in some] for some in found] == [["p1"]] * 3


def test_many_patients_are_looked_through_by_an_index(migrated_postgres_url: str) -> None:
    """Where the extensions can be had, as they can here."""
    engine = make_engine(migrated_postgres_url)
    few = select(patient.c.id).where(patient.c.practice == "p", patient.c.sought.contains("abcde", autoescape=True))
    compiled = few.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
    with engine.begin() as connection:
        connection.execute(text(MADE_PRACTICE))
        connection.execute(text(MADE_PATIENTS))
        connection.execute(text("analyze patient"))
        connection.execute(text("set local enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"explain {compiled}").scalars().all()
    engine.dispose()

    assert "ix_patient_sought" in " ".join(plan)
