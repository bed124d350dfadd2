"""How a request reaches the service: the chain of retries, turns, tokens and slots, and files.

`pictory_async` imports httpx here and in `_core` only.
"""
