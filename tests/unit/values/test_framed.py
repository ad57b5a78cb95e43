"""Messages through a pipe come as they went, or not at all."""

from __future__ import annotations

from io import BytesIO

from dalil.values.framed import receive, send


def test_messages_come_in_order_and_then_none() -> None:
    pipe = BytesIO()
    send(pipe, ("far", (1, 2)))
    send(pipe, None)
    send(pipe, b"")
    pipe.seek(0)
    assert [receive(pipe) for _ in range(4)] == [("far", (1, 2)), None, b"", None]


def test_a_message_cut_anywhere_is_none() -> None:
    pipe = BytesIO()
    send(pipe, ["one", "two"])
    whole = pipe.getvalue()
    for length in range(len(whole)):
        assert receive(BytesIO(whole[:length])) is None
    assert receive(BytesIO(whole)) == ["one", "two"]
