"""Which service reads whose letters."""

from collections.abc import Mapping

from shared.kernel.service import Service


def event_names(service: Service) -> tuple[str, ...]:
    """The names of all events that a service records, as "<service>.<title>"."""
    return tuple(f"{service.name}.{event.title()}" for event in service.events)


def letters_read(reader: Service, services: Mapping[str, Service]) -> frozenset[str]:
    """The names of the letters of others that a service takes in: believed, reacted to, or (qa) kept whole."""
    listed = {*reader.beliefs, *(reaction.name for reaction in reader.reactions)}
    if reader.keeps_all:
        listed |= {name for service in services.values() for name in event_names(service)}
    return frozenset(name for name in listed if not name.startswith(f"{reader.name}."))


def readers_of(name: str, services: Mapping[str, Service]) -> tuple[str, ...]:
    """The services that take in a letter of another, by name, in order."""
    return tuple(sorted(each.name for each in services.values() if name in letters_read(each, services)))
