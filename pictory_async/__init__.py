"""The async Python client for Pictory, the service that turns text into video.

Models of storyboards live in `pictory_async.models`, those of the first generation of the API in
`pictory_async.v1`, schedules for looks at jobs in `pictory_async.schedules`, and a
stand-in for the service in `pictory_async.testing`.
"""

from pictory_async._client import Pictory
from pictory_async._credentials import ApiKey, ClientCredentials, Credentials
from pictory_async._errors import (
    APIError,
    AuthenticationError,
    BatchError,
    BlockedError,
    ClosedError,
    ConfigurationError,
    DownloadError,
    InvalidRequestError,
    InvalidResponseError,
    JobCleanedError,
    JobError,
    JobFailedError,
    JobNotFoundError,
    JobOutageError,
    JobResultMissingError,
    JobTimeoutError,
    NotFoundError,
    NotSubmittedError,
    PermissionDeniedError,
    PictoryError,
    RateLimitError,
    ServerError,
    SubmissionUnknownError,
    TokenRefusedError,
    TransportError,
    UnexpectedShapeError,
    UnfinishedError,
    UnreachableError,
    UploadError,
)
from pictory_async._flows.limits import Limits
from pictory_async._models.ai_studio import GeneratedImage, GeneratedVideo
from pictory_async._models.jobs import Job, JobUpdate
from pictory_async._models.outcomes import Outcome, Timings
from pictory_async._models.pages import Listing, Page
from pictory_async._models.results import JobResult, Preview, RawResult, Video
from pictory_async._models.statistics import Statistics
from pictory_async._models.transcripts import Transcript
from pictory_async._retry import Retry
from pictory_async._settings import Timeouts
from pictory_async._version import __version__
from pictory_async._waiting.block import Block
from pictory_async._waiting.outcomes import Outcomes
from pictory_async._waiting.schedule import Schedule
from pictory_async._wire.protocol import Answer


__all__ = [
    "APIError",
    "Answer",
    "ApiKey",
    "AuthenticationError",
    "BatchError",
    "Block",
    "BlockedError",
    "ClientCredentials",
    "ClosedError",
    "ConfigurationError",
    "Credentials",
    "DownloadError",
    "GeneratedImage",
    "GeneratedVideo",
    "InvalidRequestError",
    "InvalidResponseError",
    "Job",
    "JobCleanedError",
    "JobError",
    "JobFailedError",
    "JobNotFoundError",
    "JobOutageError",
    "JobResult",
    "JobResultMissingError",
    "JobTimeoutError",
    "JobUpdate",
    "Limits",
    "Listing",
    "NotFoundError",
    "NotSubmittedError",
    "Outcome",
    "Outcomes",
    "Page",
    "PermissionDeniedError",
    "Pictory",
    "PictoryError",
    "Preview",
    "RateLimitError",
    "RawResult",
    "Retry",
    "Schedule",
    "ServerError",
    "Statistics",
    "SubmissionUnknownError",
    "Timeouts",
    "Timings",
    "TokenRefusedError",
    "Transcript",
    "TransportError",
    "UnexpectedShapeError",
    "UnfinishedError",
    "UnreachableError",
    "UploadError",
    "Video",
    "__version__",
]
