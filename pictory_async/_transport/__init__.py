"""How a request reaches the service: slots, retries and tokens, each an httpx transport.

`pictory_async` imports httpx here and in the client only.
"""
