"""The address to listen on: its URL, and whether it can be bound, before there is anything to stop again."""

import socket


def base_url(host: str, port: int) -> str:
    """The URL of this machine at an address that `--host` names."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def problem_with_address(host: str, port: int) -> str | None:
    """The reason in one line why this process can't listen on the address, or None if it can."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                # As the server does, so that recently closed connections don't matter.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        return f"can't listen on {host}, port {port}: {error.strerror}"
    except UnicodeError:
        return f"can't listen on {host!a}, port {port}: not the name of a host"
    return None
