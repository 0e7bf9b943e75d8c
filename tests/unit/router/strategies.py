"""Random practices for property tests: any settings, roster, absences and circles of covers."""

from datetime import timedelta

from hypothesis import strategies as st

from router.messages.cascade import Question
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.availability import Absence, Staffing
from router.practice.people import AuthorizedUser, CareTeamMember, Patient, Permission, Role, Site, Staff
from router.practice.topics import Topic
from tests.builders import NOON

STAFF_IDS = [f"staff-{number}" for number in range(6)]
SITE_IDS = ["north", "south", "hidden"]
# Names that a display name would give away if it held them.
NAMES = {staff: f"Zz{number}yx Secretname" for number, staff in enumerate(STAFF_IDS)}

some_staff = st.lists(st.sampled_from(STAFF_IDS), unique=True, max_size=4)
moments = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))


@st.composite
def staffings(draw: st.DrawFn) -> Staffing:
    """Anybody may have left, be away, and be covered by anybody, themselves and the gone included."""
    members, absences = {}, {}
    for staff in draw(st.lists(st.sampled_from(STAFF_IDS), unique=True, min_size=1)):
        roles = draw(st.sampled_from([{Role.STAFF}, {Role.STAFF, Role.PORTAL_ADMIN}]))
        members[staff] = Staff(staff, NAMES[staff], None, None, frozenset(roles), draw(st.booleans()))
        if draw(st.booleans()):
            begins = draw(moments)
            cover = draw(st.none() | st.sampled_from(STAFF_IDS))
            absences[staff] = Absence(staff, begins, begins + timedelta(hours=draw(st.integers(1, 4))), cover)
    return Staffing(members, absences, 1)


topic_sets = st.builds(
    TopicSet,
    st.fixed_dictionaries(
        {
            topic: st.builds(
                TopicSettings, st.booleans(), some_staff.map(tuple), st.sampled_from(["Team", "Desk", "Office"])
            )
            for topic in Topic
        }
    ),
)

distributions = st.builds(
    MessagingSettings,
    messaging_enabled=st.booleans(),
    by_site=st.booleans(),
    care_team_fallback=st.booleans(),
    catch_all=some_staff.map(tuple),
    practice=topic_sets,
    sites=st.dictionaries(st.sampled_from(SITE_IDS), topic_sets, max_size=2),
    version=st.integers(0, 9),
)

sites = st.just({site_id: Site(site_id, site_id.title(), hidden=site_id == "hidden") for site_id in SITE_IDS})

users = st.builds(
    AuthorizedUser,
    id=st.sampled_from(["mother", "son", "carer"]),
    name=st.just("Somebody Else"),
    permissions=st.frozensets(st.sampled_from(Permission)),
)

patients = st.builds(
    Patient,
    id=st.just("pat"),
    name=st.just("Pat Doe"),
    home_site=st.none() | st.sampled_from(SITE_IDS),
    sites=st.lists(st.sampled_from(SITE_IDS), unique=True).map(tuple),
    active=st.booleans(),
    care_team=some_staff.map(lambda ids: tuple(CareTeamMember(staff, "Physician") for staff in ids)),
    authorized_users=st.lists(users, max_size=3, unique_by=lambda user: user.id).map(tuple),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Anything that the cascade may be asked."""
    anybody = st.none() | st.sampled_from(STAFF_IDS)
    return Question(
        topic=draw(st.sampled_from(Topic)),
        site=draw(st.none() | st.sampled_from(SITE_IDS)),
        owner=draw(anybody),
        chosen=draw(anybody),
        care_team=tuple(draw(some_staff)),
    )
