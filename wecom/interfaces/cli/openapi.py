"""`wecom openapi`: the documents that describe the APIs."""

import argparse
import sys

import orjson


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "api", nargs="?", choices=("native", "wecom"), default="native", help="our own clients' API, or WeCom's"
    )


def run(arguments: argparse.Namespace) -> int:
    from wecom.interfaces import api, cgi

    document = cgi.openapi() if arguments.api == "wecom" else api.openapi()
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return 0
