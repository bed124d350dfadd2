"""The token call (v1.md, 3.1)."""

from pictory_async.testing import _refusals as refusals
from pictory_async.testing._gate import Call, Route
from pictory_async.testing._messages import Object, Reply
from pictory_async.testing._schema import record, text
from pictory_async.testing._world import World


def grant_token(world: World, call: Call) -> Reply:
    """Answer `POST /v1/oauth2/token` (v1.md, 3.1): a bare object, no envelope."""
    client_id, secret = call.payload["client_id"], call.payload["client_secret"]
    clients = world.settings.clients
    known = bool(client_id and secret) if clients is None else clients.get(str(client_id)) == secret
    # The seed shows both values as headers as well; leaving them out is what v1.md, 3.1 confirms.
    headers = call.request.headers
    agree = headers.get("client_id", client_id) == client_id
    agree = agree and headers.get("client_secret", secret) == secret
    if not (known and agree):
        # v1.md, 3.1 leaves the body for bad credentials open, [?]; this is what its section 2.4
        # prints for 401.
        return refusals.gateway(401, "Unauthorized")
    lifetime = int(world.settings.token_lifetime)
    token = world.issue_token()
    payload: Object = {"access_token": token, "expires_in": lifetime, "token_type": "Bearer"}
    return Reply.json(200, payload)


ROUTES: tuple[Route, ...] = (
    Route(
        operation="POST /v1/oauth2/token",
        handler=grant_token,
        guarded=False,
        body="object",
        # v1.md, 3.1: one program posts a form.
        form=True,
        schema=record(
            {"client_id": text(), "client_secret": text()},
            required="client_id client_secret",
            keep_unknown=True,
        ),
    ),
)
