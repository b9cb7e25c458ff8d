"""`wecom openapi`: the document that describes the native API."""

import argparse
import sys

import orjson


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    from wecom.interfaces import api

    sys.stdout.buffer.write(orjson.dumps(api.openapi(), option=orjson.OPT_INDENT_2) + b"\n")
    return 0
