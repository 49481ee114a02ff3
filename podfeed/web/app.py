"""A Flask application over a site: only what is published, only to be read, nothing that depends on who asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib import resources
from urllib.parse import unquote

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from podfeed import media_types, paths
from podfeed.text import quote_path
from podfeed.web import headers
from podfeed.web.front import Front, published_path
from podfeed.web.serving import Serving, Unsettled

__all__ = ["Serving", "create_app"]


def create_app(current: Callable[[], Serving], prefix: str = "", *, preview: bool = False) -> Flask:
    """The application that serves `current()`.

    `prefix` is the path of the show's address (`/morning`): addresses with it and without it mean the same, so it
    does not matter whether a proxy in front takes it off. `preview` adds `/-/…`,
    by which a page in the editor's browser learns of changes and problems.
    """
    public = prefix.rstrip("/")
    prefix = unquote(public)
    app = Flask("podfeed", static_folder=None, template_folder=None)
    app.url_map.merge_slashes = False
    app.wsgi_app = Front(current, prefix, app.wsgi_app)  # type: ignore[assignment, method-assign]

    @app.before_request
    def only_reading() -> Response | None:
        if request.method in ("GET", "HEAD"):
            return None
        if request.method == "OPTIONS" and (allowed := _allowed(current(), prefix)):
            return allowed
        response = _words("This site can only be read.\n", 405)
        response.headers["Allow"] = "GET, HEAD"
        return response

    @app.errorhandler(HTTPException)
    def elsewhere(problem: HTTPException) -> Response:
        serving = current()
        if problem.code != 404:
            return _words(f"{problem.name}.\n", problem.code or 500)
        folder = published_path(serving, request.path.encode().decode("latin-1") + "/", prefix)
        if folder:
            return _redirect(f"{public}/{quote_path(paths.page(folder))}", serving)
        return _missing(serving)

    @app.after_request
    def secured(response: Response) -> Response:
        for name, value in headers.security():
            response.headers.setdefault(name, value)
        return response

    if preview:
        _add_preview(app, current, prefix)
    return app


def _allowed(serving: Serving, prefix: str) -> Response | None:
    """What a browser asks before a player of another site may ask for a part of a recording (Fetch §4.8, CORS-preflight)."""
    path = published_path(serving, request.path.encode().decode("latin-1"), prefix)
    output = serving.site.get(path) if path and "Access-Control-Request-Method" in request.headers else None
    if path is None or output is None or not headers.is_for_apps(path, output.media_type):
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
    response.headers["Access-Control-Allow-Headers"] = "Range, If-Range, If-None-Match, If-Modified-Since"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _words(text: str, status: int) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _redirect(path: str, serving: Serving) -> Response:
    """From `/episodes/a` to `/episodes/a/`: a path that comes from the site, without a host."""
    response = Response(status=308)
    response.headers["Location"] = path
    response.headers.set(*headers.caching(serving.lifetime()))
    return response


def _missing(serving: Serving) -> Response:
    """The one answer for everything that is not published: what is hidden, what is misspelt, what never was. Where there is no
    site at all yet, whoever asks is told to come again: a directory takes 404 for the end of a show."""
    if not serving.site:
        response = _words("This show cannot be shown at the moment.\n", 503)
        response.headers["Retry-After"] = "5"
        return response
    try:
        body = serving.find(paths.NOT_FOUND)
    except Unsettled:
        body = None
    if body is None or body.data is None:
        response = _words("Nothing is published here.\n", 404)
    else:
        response = Response(body.data, 404, content_type=media_types.HTML)
    response.headers.set(*headers.caching(serving.lifetime()))
    return response


def _add_preview(app: Flask, current: Callable[[], Serving], prefix: str) -> None:
    """`/-/version?path=…`: what to compare and what to show; `/-/preview.js` and `.css`: which do it."""

    @app.get("/-/version")
    def version() -> Response:
        serving = current()
        asked = request.args.get("path", "/").encode().decode("latin-1")
        path = published_path(serving, asked, prefix) or paths.NOT_FOUND
        body = {"version": serving.version(path), "problems": serving.problems}
        return _revalidated(json.dumps(body, ensure_ascii=False).encode(), media_types.JSON)

    @app.get("/-/<any('preview.js', 'preview.css'):name>")
    def preview_file(name: str) -> Response:
        data = resources.files("podfeed.web").joinpath(name).read_bytes()
        return _revalidated(data, media_types.media_type(name))


def _revalidated(data: bytes, media_type: str) -> Response:
    response = Response(data, content_type=media_type)
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    response.headers.set(*headers.caching(0))
    response.make_conditional(request)
    return response
