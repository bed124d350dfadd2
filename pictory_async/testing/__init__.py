"""FakePictory, a stand-in for the service in tests and demos; it knows nothing of the client."""

from pictory_async.testing._fake import FakePictory
from pictory_async.testing._messages import RecordedRequest
from pictory_async.testing._trouble import Trouble
from pictory_async.testing._webhooks import RecordedWebhook
from pictory_async.testing._world import FakeJob


__all__ = ["FakeJob", "FakePictory", "RecordedRequest", "RecordedWebhook", "Trouble"]
