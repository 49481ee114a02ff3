"""A published folder behind Flask and waitress as an ordinary program would do it: `send_from_directory`, no settings.

python bench/ordinary_server.py FOLDER PORT
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from waitress import serve

folder = Path(sys.argv[1]).resolve()
app = Flask(__name__, static_folder=None)


@app.get("/", defaults={"path": ""})
@app.get("/<path:path>")
def answer(path: str) -> Response:
    name = path + "index.html" if not path or path.endswith("/") else path
    if "gzip" in request.headers.get("Accept-Encoding", "") and (folder / (name + ".gz")).is_file():
        response = send_from_directory(folder, name + ".gz", mimetype="application/xml", conditional=True)
        response.headers["Content-Encoding"] = "gzip"
        return response
    return send_from_directory(folder, name, conditional=True)


serve(app, host="127.0.0.1", port=int(sys.argv[2]))
