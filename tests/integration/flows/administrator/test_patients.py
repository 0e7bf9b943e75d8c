"""Finding patients by name."""

from functools import partial

import pytest
from sqlalchemy import select, text, update

from adapters.database.engine import make_engine
from adapters.database.repositories import patient_search
from adapters.database.tables import patient
from router.actors import COMMAND
from router.audit import Action
from router.errors import Invalid
from router.flows.administrator.patients import FoundPatients
from router.flows.worker import fold_names
from router.text.folding import searchable
from tests.builders import a_patient
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.audit import audit_of
from tests.rows import rows_fetched

EVERYBODY = 50
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
        return [one.id for one in house.patients.search(PRACTICE, sought, COMMAND, limit=EVERYBODY).patients]

    assert ids("lukas") == ["p2", "p1"]
    assert ids("LUKASZ, zoe") == ["p1"]
    assert ids("mrn-18") == ["p2"]
    assert ids("p1") == ["p1"]
    assert ids("nobody") == []


def test_patients_are_found_in_the_spelling_that_people_type(house: House) -> None:
    """Also where a text isn't folded yet, or was by the release before."""
    names = {"p1": "Siobhán O\u2019Connor", "p2": "Layla al-Masri", "p3": "Cleo Müller", "p4": "Ida Mueller"}
    house.furnish(patients=[a_patient(key, name=name) for key, name in names.items()])

    def ids(sought: str) -> list[str]:
        return [one.id for one in house.patients.search(PRACTICE, sought, COMMAND, limit=EVERYBODY).patients]

    def looks() -> list[list[str]]:
        return [ids(sought) for sought in ("oconnor", "almasri", "Mueller", "muller", "oconnor siobhan", "100%oconnor")]

    folded = looks()
    with house.engine.begin() as connection:
        connection.execute(update(patient).values(sought=None))

    assert looks() == folded == [["p1"], ["p2"], ["p3", "p4"], ["p3", "p4"], ["p1"], []]


def test_a_look_is_on_record_by_ids_alone(house: House) -> None:
    house.furnish()

    house.patients.search(PRACTICE, "doe", COMMAND, limit=1)

    row = audit_of(house, Action.PATIENTS_SEARCHED)[-1]
    assert row.details == {"patients": ["pat"]}
    assert "doe" not in str(row).lower()


def test_pages_and_words_that_are_too_short(house: House) -> None:
    house.furnish()

    assert house.patients.search(PRACTICE, "doe", COMMAND, limit=1).more
    assert not house.patients.search(PRACTICE, "doe", COMMAND, limit=1, after="pat").more
    for sought in ("", "a", "x" * 201, "a\x07b"):
        with pytest.raises(Invalid) as refused:
            house.patients.search(PRACTICE, sought, COMMAND, limit=EVERYBODY)
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

    def ids(sought: str, after: str | None = None) -> list[str]:
        found = house.patients.search(PRACTICE, sought, COMMAND, limit=EVERYBODY, after=after)
        assert not found.is_indexing
        return [one.id for one in found.patients]

    before = [ids("zander"), ids("zander", "p1"), ids("zander", "p2"), ids("cenek"), ids("anna")]
    for goes_on in (False, True, True):
        house.fold_names.run(partial(bool, goes_on))

    assert before == [["p1", "p2"], ["p2"], [], ["p1"], []]
    assert [ids("zander"), ids("zander", "p1"), ids("zander", "p2"), ids("cenek"), ids("anna")] == before
    assert ids(",,") == []
    with house.engine.connect() as connection:
        assert connection.execute(unfolded).first() is None


def test_so_many_unfolded_texts_are_looked_through_and_the_rest_is_said_to_be_missing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them were read into the process: after the migration, all patients of the practice."""
    monkeypatch.setattr(patient_search, "SLICE", 2)
    monkeypatch.setattr(patient_search, "MOST_UNFOLDED", 4)
    house.furnish(patients=[a_patient(f"p{number}", name=f"Zoe {number}") for number in range(9)])
    with house.engine.begin() as connection:
        connection.execute(update(patient).where(patient.c.id != "p8").values(sought=None))

    def search(after: str | None = None) -> FoundPatients:
        return house.patients.search(PRACTICE, "zoe", COMMAND, limit=EVERYBODY, after=after)

    with rows_fetched(house.engine) as rows:
        first = search()
    rest = search(after="p1")
    house.fold_names.run(lambda: True)
    whole = search()

    assert ([one.id for one in first.patients], first.is_indexing) == (["p0", "p1", "p2", "p3", "p8"], True)
    assert ([one.id for one in rest.patients], rest.is_indexing) == (["p2", "p3", "p8"], True)
    assert ([one.id for one in whole.patients], whole.is_indexing) == ([f"p{number}" for number in range(9)], False)
    assert house.engine.name == "sqlite" or sum(rows) < 30


def test_pages_follow_the_folded_names_and_ids_in_the_order_of_code_points(house: House) -> None:
    """Whatever order the database has for texts."""
    names = {"bxx": "Émile", "Bxx": "emile", "axx": "Zoe", "Axx": "zoe", "cxx": "_", "Cxx": "Ångström"}
    house.furnish(patients=[a_patient(identifier, name=name) for identifier, name in names.items()])

    found: list[str] = []
    more = True
    while more:
        page = house.patients.search(PRACTICE, "xx", COMMAND, limit=1, after=found[-1] if found else None)
        found += [one.id for one in page.patients]
        more = page.more

    order = sorted((searchable((name, identifier)), identifier) for identifier, name in names.items())
    assert found == [identifier for _, identifier in order]
    assert house.patients.search(PRACTICE, "xx", COMMAND, limit=1, after="nobody").patients == []


def test_signs_that_mean_something_to_a_database_are_letters(house: House) -> None:
    house.furnish(patients=[a_patient("p1", name="100% _ /"), a_patient("p2", name="100")])

    found = [
        house.patients.search(PRACTICE, sought, COMMAND, limit=EVERYBODY).patients for sought in ("0%", "0 _", "100 /")
    ]

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
