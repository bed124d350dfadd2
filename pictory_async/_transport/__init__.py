"""How a request reaches the service: slots, retries and tokens as httpx transports, and files.

`pictory_async` imports httpx here and in the client only.
"""
