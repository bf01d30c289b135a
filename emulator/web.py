"""A bench's HTTP address: the cloud, the inspector and the control API behind one."""

from __future__ import annotations

from contextlib import AsyncExitStack

from aiohttp import web
from aiohttp.typedefs import Handler

from .bench import Bench
from .cloud.callback_sender import CallbackSender
from .cloud.http_api import build_app
from .cloud.inspector import Inspector
from .control import add_control
from .ports import PortError, bracketed, reason
from .runner import Runner

SHUTDOWN_WITHIN = 1.0


async def open_http(
    bench: Bench, inspector: Inspector, runner: Runner, stack: AsyncExitStack, host: str, port: int
) -> str:
    """Serve the cloud's API, the inspector and the control API, and let the cloud post its callbacks; the address.

    All of it ends with `stack`. Raises PortError.
    """
    sender = CallbackSender(bench.journal)
    stack.push_async_callback(sender.close)
    bench.cloud.callbacks = sender
    app = build_app(bench.cloud, inspector)
    add_control(app, bench)

    @web.middleware
    async def in_the_present(request: web.Request, handler: Handler) -> web.StreamResponse:
        runner.sync()
        return await handler(request)

    app.middlewares.insert(0, in_the_present)
    web_runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_WITHIN)
    await web_runner.setup()
    stack.push_async_callback(web_runner.cleanup)
    site = web.TCPSite(web_runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise PortError(f"cannot listen on {host}:{port}: {reason(error)}; choose another --http port") from error
    return f"http://{bracketed(*web_runner.addresses[0][:2])}"
