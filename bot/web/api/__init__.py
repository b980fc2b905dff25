from typing import Any
from fastapi import FastAPI
def api(**_: Any) -> FastAPI:
    return FastAPI()
