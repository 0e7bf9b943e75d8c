"""Open files and connections: as many as the system lets this process have."""

import resource

# Programs that are started may go through all numbers up to the limit, which some containers set to a billion.
MOST = 65_536
# For everything but clients' connections: database, broker, mail, files, libraries.
RESERVED = 128


def raise_limit() -> int:
    """Raise the soft limit on file descriptors to the hard one, at most to MOST; return what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        wanted = soft
    else:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def connections() -> int:
    """How many connections of clients this process has room for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    available = MOST if soft == resource.RLIM_INFINITY else min(soft, MOST)
    return max(available - RESERVED, available // 2)
