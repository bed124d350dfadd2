"""The API's operations, one coroutine each, in groups as the documentation groups them."""
