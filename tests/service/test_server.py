"""The process of the server: how it listens."""

from __future__ import annotations

import socket

from oddline.service.server import _listening
from oddline.service.settings import Settings


def test_an_answer_does_not_wait_for_its_head_to_be_confirmed(tmp_path):
    """Nagle's algorithm and delayed confirmation together cost 40 ms an answer."""
    with _listening(Settings(data_dir=tmp_path, port=0)) as listening:
        with socket.create_connection(listening.getsockname()):
            taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
