"""The AsyncAPI 3.0 document of a service: the letters that it sends, and those of the others that it takes in."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from contracts.letter_schema import ENVELOPE_FILE, schema_file
from contracts.readers import event_names, letters_read, readers_of
from shared.kernel.service import Service

KAFKA_BINDING = "0.5.0"

Document = dict[str, Any]

HEADERS: Mapping[str, tuple[str, str]] = {
    "ce_specversion": ("1.0", "Of CloudEvents."),
    "ce_id": ("", "The event's id. A reader passes over one that it has applied."),
    "ce_source": ("uri-reference", "The store that recorded the event, as service/store."),
    "ce_type": ("", "Name and version of the event. An unknown major version is parked, never guessed at."),
    "ce_time": ("date-time", "When it was true (UTC)."),
    "ce_recordedtime": ("date-time", "When it was recorded (UTC)."),
    "ce_subject": ("", "The stream that the event stands in."),
    "ce_partitionkey": ("", "The case, or the stream of an event that has none: what is kept in order."),
    "ce_incarnation": ("uuid", "Of the source's store. It changes only when that store was restored."),
    "ce_sequence": ("", "The event's place in its store's log, a number: only ever rising, with holes."),
    "ce_prevsequence": ("", "The place before it on this partition. Where a reader stands elsewhere, there is a gap."),
    "ce_logindex": ("", "Where it stands in the source's transparency log, a number."),
    "ce_leafhash": ("", "Its leaf in that log, in hexadecimal."),
    "ce_correlationid": ("", "Of everything that one request set going."),
    "ce_causationid": ("", "The event that made this one happen, if one did."),
    "content-type": ("application/json", "Of the value."),
}
"""Each header's fixed value or format, and what it says. All but ce_causationid are always there."""

FIXED = ("ce_specversion", "content-type")
SOMETIMES = ("ce_causationid",)


def events_api(
    service: Service, services: Mapping[str, Service], topics: Mapping[str, Any], version: str, schemas: Collection[str]
) -> Document:
    """The document of one service.

    topics: `deploy/topics.toml`, parsed; version: of the product; schemas: the names of the schema files there are.
    A letter that a service is ready to read and that nobody sends yet is described by the envelope alone.
    """
    sent = {service.name: event_names(service)}
    taken = letters_read(service, services)
    received = {
        other: names
        for other in sorted(services)
        if other != service.name and (names := tuple(sorted(n for n in taken if n.startswith(f"{other}."))))
    }
    spoken = {**sent, **received}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Told Once: letters of {service.title}",
            "version": version,
            "description": (
                f"The events that the {service.name} service records, as the other services see them. They name nobody:"
                " what is personal or free text stays behind with its owner (`x-sealed-fields` of each schema says"
                " which). CloudEvents 1.0 in binary mode; the value is the whole letter, so that it can be kept"
                " unchanged. Letters of one case keep their order; between services there is none."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {_channel(other): _channel_of(other, names, topics) for other, names in spoken.items()},
        "operations": {
            f"{action}{other.capitalize()}Events": _operation(action, other, names)
            for action, by_service in (("send", sent), ("receive", received))
            for other, names in by_service.items()
        },
        "components": {
            "messages": {name: _message(name, services, schemas) for names in spoken.values() for name in names},
            "messageTraits": {"letter": {"contentType": "application/json", "headers": _headers()}},
        },
    }


def _channel(service: str) -> str:
    return f"{service}Events"


def _channel_of(service: str, names: Collection[str], topics: Mapping[str, Any]) -> Document:
    topic = f"{service}.events.v1"
    settings = topics["settings"]
    return {
        "address": topic,
        "title": f"What {service} recorded",
        "description": "Never expires: a new reader starts at the beginning and finds everything.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(names)},
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": topics["topics"][topic]["partitions"],
                "topicConfiguration": {
                    "cleanup.policy": settings["cleanup.policy"].split(","),
                    "retention.ms": int(settings["retention.ms"]),
                },
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operation(action: str, service: str, names: Collection[str]) -> Document:
    channel = f"#/channels/{_channel(service)}"
    summary = (
        "Every event, in the order in which it was recorded, none twice to a reader that keeps its place."
        if action == "send"
        else "Taken in, each in one transaction with its effects and the reader's place; all others are passed over."
    )
    return {
        "action": action,
        "title": f"{'Sends' if action == 'send' else 'Reads'} what {service} recorded",
        "summary": summary,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in sorted(names)],
    }


def _message(name: str, services: Mapping[str, Service], schemas: Collection[str]) -> Document:
    service, title = name.split(".", 1)
    classes = {event.title(): event for event in services[service].events}
    event = classes.get(title)
    version = event.version if event else 1
    file = schema_file(name, version)
    return {
        "name": f"{name}.v{version}",
        "title": " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[0-9]+", title)).capitalize(),
        "summary": (event.__doc__ or "").strip().split("\n")[0] if event else "Not sent yet; its readers are ready.",
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "traits": [{"$ref": "#/components/messageTraits/letter"}],
        "payload": {"$ref": f"../schemas/{file if file in schemas else ENVELOPE_FILE}"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The case, or the stream of an event that has none."},
                "bindingVersion": KAFKA_BINDING,
            }
        },
        "x-readers": list(readers_of(name, services)),
    }


def _headers() -> Document:
    properties: Document = {}
    for name, (told, says) in HEADERS.items():
        form = {"const": told} if name in FIXED else {"format": told} if told else {}
        properties[name] = {"type": "string", **form, "description": says}
    return {
        "type": "object",
        "required": sorted(name for name in HEADERS if name not in SOMETIMES),
        "properties": properties,
    }
