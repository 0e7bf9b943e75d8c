"""Who looks at a page: dependencies that let one kind of person through."""

from typing import Annotated

from fastapi import Depends, Request

from adapters.http.auth import welcome
from adapters.http.flows import FlowsOfApp
from adapters.http.pages.kit.cookies import PATIENT_COOKIE, STAFF_COOKIE, read
from adapters.http.pages.kit.csrf import token_of
from adapters.http.rate_limits import Kind, rate_limits_of
from router.access.sessions import OperatorSession, PatientSession, SessionEnded, SignedIn, StaffSession
from router.errors import Forbidden
from router.flows.access.sessions import KeepSessions

# Their tokens are this long at most; what is longer is not looked up.
TOKEN_LIMIT = 200


def staff_session(request: Request, flows: FlowsOfApp) -> StaffSession:
    """Somebody of the staff; the session counts as used. Raises SessionEnded and Forbidden."""
    return _staff(_look(request, flows.sessions, STAFF_COOKIE, used=True))


def watching_staff_session(request: Request, flows: FlowsOfApp) -> StaffSession:
    """Like `Staff`, for requests that a page makes by itself (streams, polling): they don't keep the session alive."""
    return _staff(_look(request, flows.sessions, STAFF_COOKIE, used=False))


def admin_session(request: Request, flows: FlowsOfApp) -> StaffSession:
    """A portal administrator."""
    staff = staff_session(request, flows)
    if not staff.staff.administers:
        raise Forbidden("This page is for portal administrators.")
    return staff


def operator_session(request: Request, flows: FlowsOfApp) -> OperatorSession:
    """An operator."""
    signed_in = _look(request, flows.sessions, STAFF_COOKIE, used=True)
    if not isinstance(signed_in, OperatorSession):
        raise Forbidden("This page is for operators.")
    return signed_in


def watching_operator_session(request: Request, flows: FlowsOfApp) -> OperatorSession:
    """Like `Operator`, for requests that a page makes by itself."""
    signed_in = _look(request, flows.sessions, STAFF_COOKIE, used=False)
    if not isinstance(signed_in, OperatorSession):
        raise Forbidden("This page is for operators.")
    return signed_in


def patient_session(request: Request, flows: FlowsOfApp) -> PatientSession:
    """A patient, or an authorized user who acts for them; came by a portal link."""
    return _patient(request, _look(request, flows.sessions, PATIENT_COOKIE, used=True))


def watching_patient_session(request: Request, flows: FlowsOfApp) -> PatientSession:
    """Like `patient_session`, for requests that a page makes by itself: they don't keep the session alive."""
    return _patient(request, _look(request, flows.sessions, PATIENT_COOKIE, used=False))


def any_session(request: Request, flows: FlowsOfApp) -> SignedIn:
    """The signed-in member of staff or operator."""
    return _look(request, flows.sessions, STAFF_COOKIE, used=True)


def _staff(signed_in: SignedIn) -> StaffSession:
    if not isinstance(signed_in, StaffSession):
        raise Forbidden("This page is for the staff of a practice.")
    return signed_in


def _patient(request: Request, signed_in: SignedIn) -> PatientSession:
    if not isinstance(signed_in, PatientSession):
        raise Forbidden("This page is for patients.")
    rate_limits_of(request).take(Kind.PATIENT, signed_in.practice.id, signed_in.patient.id)
    return signed_in


def _look(request: Request, sessions: KeepSessions, cookie: str, *, used: bool) -> SignedIn:
    """The person whom this cookie belongs to, kept for the page's header and its forms."""
    token = read(request, cookie)
    if not token or len(token) > TOKEN_LIMIT:
        raise SessionEnded("Sign in to see this page.")
    signed_in = sessions.check(token, used=used)
    request.state.signed_in = request.state.caller = signed_in
    request.state.csrf = token_of(token)
    welcome(request)
    return signed_in


Staff = Annotated[StaffSession, Depends(staff_session)]
WatchingStaff = Annotated[StaffSession, Depends(watching_staff_session)]
Admin = Annotated[StaffSession, Depends(admin_session)]
Operator = Annotated[OperatorSession, Depends(operator_session)]
WatchingOperator = Annotated[OperatorSession, Depends(watching_operator_session)]
PatientSide = Annotated[PatientSession, Depends(patient_session)]
WatchingPatientSide = Annotated[PatientSession, Depends(watching_patient_session)]
Anybody = Annotated[SignedIn, Depends(any_session)]
