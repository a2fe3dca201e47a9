"""Readings as a request of Prometheus remote write, version 1.0: protobuf `WriteRequest`, compressed by Snappy.

The message is described here as its specification has it (prometheus/prompb/remote.proto and types.proto), so that no
generated code is needed. Labels of a series stand in the order of their names, samples in that of their times.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any, Final

from rehearse.live.metrics import LiveMetrics, Reading

NO_REMOTE_WRITE: Final = (
    "--remote-write needs protobuf and cramjam, which the default installation leaves out: "
    "pip install 'launch-rehearsal[remote-write]'"
)
REMOTE_WRITE_HEADERS: Final = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}
# message -> fields as (name, number, type, repeated), types by google.protobuf.FieldDescriptorProto
_DOUBLE, _INT64, _STRING = 1, 3, 9
_MESSAGES: Final[dict[str, tuple[tuple[str, int, int | str, bool], ...]]] = {
    "Label": (("name", 1, _STRING, False), ("value", 2, _STRING, False)),
    "Sample": (("value", 1, _DOUBLE, False), ("timestamp", 2, _INT64, False)),
    "TimeSeries": (("labels", 1, "Label", True), ("samples", 2, "Sample", True)),
    "WriteRequest": (("timeseries", 1, "TimeSeries", True),),
}


def can_write_remotely() -> bool:
    """Whether the extra `remote-write` is installed."""
    return all(map(find_spec, ("google", "cramjam"))) and find_spec("google.protobuf") is not None


def write_request_type() -> Any:
    """The protobuf class of a `WriteRequest`. Raises `ImportError` without the extra `remote-write`."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: PLC0415  # an extra

    file = descriptor_pb2.FileDescriptorProto(name="rehearse/remote.proto", package="prometheus", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, is_repeated in fields:
            described = message.field.add(name=field, number=number, label=3 if is_repeated else 1)
            if isinstance(kind, str):
                described.type, described.type_name = 11, f".prometheus.{kind}"  # a message
            else:
                described.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("prometheus.WriteRequest"))


def remote_write_body(metrics: LiveMetrics, readings: Iterable[Reading]) -> bytes:
    """The body of one request. Raises `ImportError` without the extra `remote-write`."""
    import cramjam  # noqa: PLC0415  # an extra

    request = write_request_type()()
    series: dict[tuple[tuple[str, str], ...], Any] = {}
    for reading in readings:
        for family in metrics.families(reading):
            for sample in family.samples:
                named = tuple(sorted({**sample.labels, "__name__": sample.name}.items()))
                found = series.get(named)
                if found is None:
                    found = series[named] = request.timeseries.add()
                    for name, value in named:
                        found.labels.add(name=name, value=value)
                found.samples.add(value=float(sample.value), timestamp=round(reading.at_epoch_s * 1000))
    return bytes(cramjam.snappy.compress_raw(request.SerializeToString()))
