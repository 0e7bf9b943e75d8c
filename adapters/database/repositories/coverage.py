"""What gaps and departures count over patients' charts, without reading a chart."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, case, func, select, union
from typing_extensions import override

from adapters.database.materialized import looked_up
from adapters.database.tables import care_team_member, patient, patient_site
from adapters.database.transaction import Transaction
from router.coverage.patient_counts import PatientCounts
from router.messaging.snapshot import PracticeSnapshot
from router.ports.coverage import Coverage

TAKES_MESSAGES = patient.c.active & patient.c.replaced_by.is_(None)
TEAM_OF_PATIENT = (care_team_member.c.practice == patient.c.practice) & (care_team_member.c.patient == patient.c.id)

# So many charts are looked up one by one. Of more, as with a nurse who is on every team, the practice is read as a
# whole; PostgreSQL can't tell, since it knows how common an id is in all practices together.
FEW_CHARTS = 5_000


class CoverageRepository(Coverage):
    """See router.ports.coverage.Coverage."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def count_patients(self, practice: PracticeSnapshot) -> PatientCounts:
        """Every chart of a practice is counted, so the counts are kept for as long as its roster's version stands."""
        tenant, sites = practice.practice, tuple(site.id for site in practice.visible_sites)
        inactive = tuple(member.id for member in practice.staffing.members.values() if not member.active)
        if tenant.id in self._transaction.changing:
            return self._count_patients(practice, inactive)
        key = (tenant.id, tenant.roster_version, practice.messaging.by_site, inactive, sites)
        kept = self._transaction.memory.patient_counts
        counted = kept.get_all((key,)).get(key)
        if counted is None:
            counted = self._count_patients(practice, inactive)
            kept.keep({key: counted})
        return counted

    def _count_patients(self, practice: PracticeSnapshot, inactive: Sequence[str]) -> PatientCounts:
        name = practice.practice.id
        team = care_team_member.c
        choosing = (
            select(team.patient)
            .distinct()
            .where(team.practice == name, ~self._transaction.one_of(team.staff, inactive))
            .subquery()
        )
        chart = select(patient.c.id).where(patient.c.practice == name, TAKES_MESSAGES).subquery()
        # Joined rather than looked up for each patient: the practice is read as a whole. PostgreSQL can't make a full
        # join by nested loops, which compare every chart with every team where statistics lag behind an import.
        full = not self._transaction.is_sqlite
        charts = chart.outerjoin(choosing, choosing.c.patient == chart.c.id, full=full)
        number = func.count(chart.c.id)
        without = func.count(case((choosing.c.patient.is_(None), chart.c.id)))
        if not practice.messaging.by_site:
            total, lacking = self._transaction.execute(select(number, without).select_from(charts)).one()
            return PatientCounts({None: total}, {None: lacking})
        place = self._places(practice).subquery()
        charts = charts.outerjoin(place, place.c.patient == chart.c.id, full=full)
        counted = select(place.c.site, number, without).select_from(charts).group_by(place.c.site).having(number > 0)
        rows = self._transaction.execute(counted).all()
        return PatientCounts({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})

    def _places(self, practice: PracticeSnapshot) -> Select[tuple[str, str]]:
        """Each patient with each visible site that is theirs, named once."""
        name, visible = practice.practice.id, [site.id for site in practice.visible_sites]
        at_home = select(patient.c.id.label("patient"), patient.c.home_site.label("site")).where(
            patient.c.practice == name, self._transaction.one_of(patient.c.home_site, visible)
        )
        attended = select(patient_site.c.patient, patient_site.c.site).where(
            patient_site.c.practice == name, self._transaction.one_of(patient_site.c.site, visible)
        )
        place = union(at_home, attended).subquery()
        return select(place.c.patient, place.c.site)

    @override
    def any_without_site(self, practice: PracticeSnapshot) -> bool:
        name, visible = practice.practice.id, [site.id for site in practice.visible_sites]
        here = (patient_site.c.practice == patient.c.practice) & (patient_site.c.patient == patient.c.id)
        # Few have no home site that is visible.
        attended = select(patient_site.c.site).where(here, self._transaction.one_of(patient_site.c.site, visible))
        away = patient.c.home_site.is_(None) | ~self._transaction.one_of(patient.c.home_site, visible)
        these = (patient.c.practice == name) & TAKES_MESSAGES & away & ~looked_up(attended)
        return self._transaction.execute(select(patient.c.id).where(these).limit(1)).first() is not None

    @override
    def care_teams(self, practice: str, staff: Collection[str]) -> Mapping[str, int]:
        if not staff:
            return {}
        theirs = self._transaction.one_of(care_team_member.c.staff, staff)
        theirs &= care_team_member.c.practice == practice
        counted = select(care_team_member.c.staff, func.count()).where(theirs).group_by(care_team_member.c.staff)
        some = select(care_team_member.c.patient).where(theirs).limit(FEW_CHARTS + 1).subquery()
        if self._transaction.execute(select(func.count()).select_from(some)).scalar_one() <= FEW_CHARTS:
            its_chart = select(patient.c.active).where(TEAM_OF_PATIENT).correlate(care_team_member)
            counted = counted.where(its_chart.scalar_subquery())
        else:
            counted = counted.select_from(care_team_member.join(patient, TEAM_OF_PATIENT)).where(patient.c.active)
        return {row[0]: row[1] for row in self._transaction.execute(counted)}

    @override
    def leave_without_choice(self, practice: str, leavers: Collection[str], inactive: Collection[str]) -> bool:
        other = care_team_member.alias("other")
        theirs = (other.c.practice == patient.c.practice) & (other.c.patient == patient.c.id)
        # Those who are gone are few, and nothing to look up in the index one by one.
        stays = select(other.c.staff).where(theirs, ~self._transaction.one_of(other.c.staff, inactive))
        left = (
            select(patient.c.id)
            .select_from(care_team_member.join(patient, TEAM_OF_PATIENT))
            .where(care_team_member.c.practice == practice, self._transaction.one_of(care_team_member.c.staff, leavers))
            .where(TAKES_MESSAGES, ~looked_up(stays))
            .limit(1)
        )
        return self._transaction.execute(left).first() is not None
