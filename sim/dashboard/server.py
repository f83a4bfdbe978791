"""The verb dashboard: a page on 127.0.0.1, and what it asks for."""

from __future__ import annotations

import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.config import load_settings
from sim.config.saving import scenario_file
from sim.config.sources import Sources, find_root
from sim.config.wording import refused_by
from sim.dashboard.controls import kinds_of_levers, overrides, shown
from sim.dashboard.desk import Desk, Job
from sim.dashboard.differences import beside
from sim.dashboard.downloads import FILES, command, download
from sim.dashboard.levers_told import by_key, described, standings
from sim.dashboard.looks import STAGES, Look
from sim.dashboard.views import Sight, view
from sim.errors import BadInput, Both, Language, SimError, refused
from sim.report.fonts import FOLDER as FONTS
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.schema.bricks import Title
from sim.settings import Settings

HOST = "127.0.0.1"
STATIC = Path(__file__).with_name("static")
SAFE = (
    b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; "
    b"base-uri 'none'; form-action 'self'"
)
"""Nothing is loaded from anywhere else, whatever a page may hold."""
ALIKE = ("ensemble.", "population.", "clock.")
"""Words that hold for what is compared with as well: like is compared with like."""
SAID = {"zh": "请在浏览器中打开（Ctrl+C 结束）：", "en": "Open in a browser (Ctrl+C ends it): "}


class Inquiry(BaseModel):
    """What the page asks for."""

    model_config = ConfigDict(extra="forbid")

    scenario: str = Field(max_length=100)
    changes: dict[str, bool | int | float | str] = Field(default_factory=dict, max_length=100)
    more: list[str] = Field(default_factory=list, max_length=100)
    baseline: str = Field(default="enacted", max_length=100)


def dashboard(settings: Settings, words: Sequence[str], port: int) -> int:
    """Serve the page until interrupted; ``words``: overrides that hold for every scenario on it."""
    signal.signal(signal.SIGTERM, _end)  # uvicorn raises the signal again when it is done; workers must be ended first
    with socket.socket() as listening, Desk(settings) as desk:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError as error:
            allowed = Both("空闲的端口；0 为任意空闲端口", "a free port, or 0 for any")
            remedy = Both(f"换一个端口（{error}）", f"choose another port ({error})")
            raise refused("port", port, allowed, remedy) from error
        listening.listen(128)
        place = f"http://{HOST}:{listening.getsockname()[1]}/"
        terminal().print(SAID[settings.language] + place, soft_wrap=True)
        common = [word for word in words if not word.startswith(("scenario=", "language="))]
        app = Site(desk, common).app
        uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off")).run(sockets=[listening])
    return 0


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


class Site:
    """The pages and answers of one dashboard."""

    def __init__(self, desk: Desk, common: Sequence[str]) -> None:
        self._desk, self._common = desk, list(common)
        self._root = find_root()
        first = desk.ask(desk.base, tuple([f"scenario={desk.base.scenario.id}", *common]), desk.base)
        desk.get_ready(first, kinds_of_levers(desk.base))

    @property
    def app(self) -> ASGIApp:
        """The application."""
        routes = [
            Route("/", lambda _: FileResponse(STATIC / "index.html")),
            Route("/api/start", self._start),
            Route("/api/look", self._ask, methods=["POST"]),
            Route("/api/look/{id}", self._look),
            Route("/api/beside", self._beside),
            Route("/api/save/{id}", self._save),
            Route("/api/file/{id}/{name}", self._file),
            Mount("/fonts", StaticFiles(directory=FONTS)),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
        guard = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        handlers: Any = {BadInput: _refused, SimError: _failed}
        return _Safe(Starlette(routes=routes, middleware=[guard], exception_handlers=handlers))

    def _start(self, request: Request) -> Response:
        """Scenarios, levers and where each lever stands in each scenario."""
        base, scenarios, values = self._desk.base, [], {}
        for name in Sources(self._root).names("scenario"):
            settings = self._load(overrides(name, {}, self._common))
            scenarios.append({"id": name, "title": settings.scenario.title.model_dump()})
            values[name] = standings(settings, (control for _, group in shown(base) for control in group))
        entries = by_key(base)
        groups = [
            {"title": title.model_dump(), "levers": [described(control, entries.get(control.key)) for control in controls]}
            for title, controls in shown(base)
        ]
        told = base.ensemble
        return JSONResponse(
            {
                "scenarios": scenarios,
                "values": values,
                "groups": groups,
                "scenario": base.scenario.id,
                "now": base.clock.now,
                "levers_from": base.clock.levers_from,
                "language": base.language,
                "scale": base.population.scale,
                "runs": max(told.draws, 1) * told.seeds,
                "files": list(FILES),
            }
        )

    async def _ask(self, request: Request) -> Response:
        """Take a question; answers with the job that it becomes, or tells what is wrong."""
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            needed = Both("需要 application/json", "application/json is needed")
            return JSONResponse({"error": needed.of(_visitors(request))}, status_code=415)
        try:
            asked = Inquiry.model_validate_json(await request.body())
        except ValidationError as error:
            raise refused_by(error, Both("页面", "page"), Both("更改该项", "change it")) from None
        job, base = await run_in_threadpool(self._jobs, asked)
        return JSONResponse({"id": job.id, "base": base.id, "command": command(job)})

    def _jobs(self, asked: Inquiry) -> tuple[Job, Job]:
        typed = overrides(asked.scenario, asked.changes, [*self._common, *asked.more])
        settings = self._load(typed)
        alike = [word for word in asked.more if word.startswith(ALIKE)]
        lines = overrides(asked.baseline, {}, [*self._common, *alike])
        compared = self._load(lines)
        base = self._desk.ask(compared, tuple(lines), compared)
        job = self._desk.ask(settings, tuple(typed), compared)
        if base is not job:
            self._desk.ask_quick(base, job.kinds, behind=job)
        return job, base

    def _load(self, typed: Sequence[str]) -> Settings:
        return load_settings(typed, self._root)

    def _job(self, request: Request) -> Job:
        job = self._desk.jobs.get(request.path_params["id"])
        if job is None:
            raise SimError(Both("没有这组设置：请重新提交", "these settings are not known: ask again"))
        return job

    def _look(self, request: Request) -> Response:
        """How far a job is, and its numbers if they are newer than ``since``."""
        job, asked = self._job(request), request.query_params
        base = self._desk.jobs.get(asked.get("base", ""), job)
        version = f"{job.version}.{base.version}"
        answer: dict[str, Any] = {"version": version, "done": job.done and base.done, "failure": job.failure[-2000:]}
        if job.progress is not None:
            stage, standing = job.progress
            answer["progress"] = {"stage": stage, **standing._asdict()}
        if _looks(job, base) != asked.get("since"):
            answer["looks"] = _looks(job, base)
            answer["view"] = view(job.id, job.settings, _seen(job, base), _visitors(request))
        return JSONResponse(answer)

    def _beside(self, request: Request) -> Response:
        """What finished jobs, named ``ids``, have more than the first of them."""
        jobs = [self._desk.jobs.get(name) for name in request.query_params.get("ids", "").split(",")]
        looks = [job.whole for job in jobs if job is not None and job.whole is not None]
        if len(looks) < len(jobs):
            raise SimError(Both("没有这组结果：请重新加入比较", "these results are not there: add them again"))
        words = Words.of(looks[0].settings.model_copy(update={"language": _visitors(request)}))
        return JSONResponse(beside(looks, words))

    def _save(self, request: Request) -> Response:
        """The settings of a job as a scenario file."""
        job, asked = self._job(request), request.query_params
        typed = [word for word in job.typed if word not in self._common]
        title = asked.get("title", "")
        name = asked.get("name", "")
        text = scenario_file(typed, name, Title(zh=title, en=name.replace("_", " ")), self._root)
        return _attached(text.encode(), f"{name}.yaml", "application/yaml; charset=utf-8")

    def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            raise SimError(Both(f"没有文件 {name}", f"there is no file {name}"))
        content = download(self._job(request), name, _visitors(request))
        return _attached(content, name, FILES[name][0])


def _seen(job: Job, base: Job) -> Sight:
    """What there is of a job, beside what it is compared with."""
    return Sight(job.whole, _pair(job, base), base.whole)


def _pair(job: Job, base: Job) -> tuple[Look, Look] | None:
    """The fullest looks of the same stage at both; None for the base itself, and as long as there are none."""
    if base is job:
        return None
    for stage in reversed(STAGES):
        for key, look in list(job.looks.items()):
            if key[0] == stage and key in base.looks:
                return look, base.looks[key]
    return None


def _looks(job: Job, base: Job) -> str:
    """Which looks there are: what the page must redraw if it changes."""
    there = [(each.id[:4], stage, *sorted(kinds)) for each in (job, base) for stage, kinds in list(each.looks)]
    return ",".join(sorted("-".join(parts) for parts in there)) or "none"


def _visitors(request: Request) -> Language:
    """The language that the page is read in."""
    return "en" if request.query_params.get("language") == "en" else "zh"


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadInput)
    return JSONResponse({"refused": error.parts(_visitors(request))}, status_code=422)


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, SimError)
    return JSONResponse({"error": error.words.of(_visitors(request))}, status_code=409)


def _attached(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


class _Safe:
    """Adds the headers that keep the page to this machine, and refuses questions from other pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            origin, host = headers.get(b"origin"), headers.get(b"host", b"")
            if origin is not None and origin != b"http://" + host:
                told = Both("请求来自别的页面", "asked from another page").of(_visitors(Request(scope)))
                await JSONResponse({"error": told}, status_code=403)(scope, receive, send)
                return

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [
                    (b"content-security-policy", SAFE),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                    (b"cache-control", b"no-cache"),
                ]
            await send(message)

        await self._app(scope, receive, sent)
