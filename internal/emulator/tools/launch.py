"""Starts MiniStack on 127.0.0.1 with what it lacks, and prints its address.

launch.py SECONDS CATALOG: CATALOG is a JSON object {service name: [zone ids]} of the endpoint
services of vendors. It ends when its standard input closes, when SECONDS have passed, or on a
signal, and takes every process of a function with it.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import threading

PINNED = "1.5.33"
sys.dont_write_bytecode = True  # the folder belongs to git


def end(code):
    """End the whole session of processes: functions run as children of this one."""
    sys.stdout.flush()
    sys.stderr.flush()
    if code:
        print(f"launch.py: ends with {code}", file=sys.stderr, flush=True)
    os.killpg(0, signal.SIGKILL)


def watch(seconds):
    """Nothing outlives the test: not when it is killed, not when it hangs."""

    def closed():
        while os.read(0, 4096):
            pass
        end(0)

    def late():
        print(f"launch.py: {seconds} s have passed", file=sys.stderr)
        end(1)

    threading.Thread(target=closed, daemon=True).start()
    timer = threading.Timer(seconds, late)
    timer.daemon = True
    timer.start()


def listen():
    """Bind a free port before anybody asks which one it is: no other program can take it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    return listener, listener.getsockname()[1]


def settings(port):
    """MiniStack reads these while it is imported. Functions inherit AWS_ENDPOINT_URL."""
    os.environ.update({
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        # Every request is authorised: a function's calls against the policies of its role.
        "AUTH": "true",
    })


def main():
    os.setsid()
    watch(float(sys.argv[1]))
    listener, port = listen()
    settings(port)

    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from importlib.metadata import version

    if version("ministack") != PINNED:
        sys.exit(f"launch.py is written for MiniStack {PINNED}, not {version('ministack')}")
    from ministack.app import app

    import authority
    import clusters
    import documents
    import endpoints
    import resources
    import templates

    authority.install()
    clusters.install()
    endpoints.install(json.loads(sys.argv[2]))
    resources.install()
    documents.install()
    templates.install()

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.loglevel = "WARNING"

    async def run():
        server = asyncio.ensure_future(serve(app, config))
        print(f"http://127.0.0.1:{port}", flush=True)
        await server

    asyncio.run(run())
    end(1)


main()
